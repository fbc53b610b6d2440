"""The workspace's pages of this room, below ``/w/voting/``."""

from django.urls import path

from skillweek.voting.views import ballots, candidates, holds, results, transfer

app_name = "voting"

urlpatterns = [
    path("", ballots.index, name="index"),
    path("add/", ballots.edit, name="add"),
    path("<int:pk>/", ballots.page, name="ballot"),
    path("<int:pk>/edit/", ballots.edit, name="edit"),
    path("<int:pk>/act/", ballots.act, name="act"),
    path("<int:pk>/candidates/", candidates.index, name="candidates"),
    path("<int:pk>/candidates/add/", candidates.add, name="candidate_add"),
    path("candidates/<int:pk>/", candidates.edit, name="candidate"),
    path("candidates/<int:pk>/act/", candidates.act, name="candidate_act"),
    path("<int:pk>/template/", transfer.template, name="template"),
    path("<int:pk>/import/", transfer.start, name="import"),
    path("import/<int:pk>/", transfer.upload, name="import_upload"),
    path("import/<int:pk>/confirm/", transfer.confirm, name="import_confirm"),
    path("<int:pk>/export/", transfer.export, name="export"),
    path("<int:pk>/holds/", holds.index, name="holds"),
    path("holds/<int:pk>/", holds.page, name="hold"),
    path("holds/<int:pk>/decide/", holds.decide, name="hold_decide"),
    path("<int:pk>/results/", results.page, name="results"),
]
