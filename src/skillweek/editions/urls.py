"""Addresses of the editions: the rules for everybody with a role, the settings for the host's managers."""

from django.urls import path

from skillweek.editions.views import history, lists, manage, parts, rules, transfer

app_name = "editions"

urlpatterns = [
    path("", manage.index, name="index"),
    path("rules/", rules.current, name="rules"),
    path("rules.json", rules.current_json, name="rules_json"),
    path("import/", transfer.start, name="import"),
    path("import/confirm/", transfer.confirm, name="import_confirm"),
    path("<int:pk>/", manage.overview, name="edition"),
    path("<int:pk>/open/", manage.open_up, name="open"),
    path("<int:pk>/copy/", manage.copy, name="copy"),
    path("<int:pk>/export/", transfer.export, name="export"),
    path("<int:pk>/rules/", rules.of_edition, name="edition_rules"),
    path("<int:pk>/rules.json", rules.json_of_edition, name="edition_rules_json"),
    path("<int:pk>/parts/<slug:part>/", parts.change, name="part"),
    path("<int:pk>/lists/<slug:name>/", lists.rows, name="list"),
    path("<int:pk>/lists/<slug:name>/add/", lists.add, name="row_add"),
    path("<int:pk>/lists/<slug:name>/rows/<slug:code>/", lists.change, name="row"),
    path("<int:pk>/lists/<slug:name>/rows/<slug:code>/remove/", lists.remove, name="row_remove"),
    path("<int:pk>/lists/<slug:name>/rows/<slug:code>/move/", lists.move, name="row_move"),
    path("<int:pk>/history/", history.revisions, name="history"),
    path("<int:pk>/history/<int:number>/", history.revision, name="revision"),
    path("<int:pk>/history/<int:number>/restore/", history.restore, name="restore"),
]
