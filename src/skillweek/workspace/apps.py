from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "skillweek.workspace"
    label = "workspace"
