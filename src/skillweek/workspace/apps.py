from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "skillweek.workspace"
    label = "workspace"

    def ready(self) -> None:
        from skillweek.content.signals import editorial_held
        from skillweek.workspace.pages import declare_kinds, on_held

        declare_kinds()
        editorial_held.connect(on_held, dispatch_uid="workspace.on_held")
