"""The workspace's pages of this room, below ``/w/judging/``."""

from django.urls import path

from skillweek.judging.views import jurors, panels, ranking, works

app_name = "judging"

urlpatterns = [
    path("", panels.index, name="index"),
    path("add/", panels.edit, name="add"),
    path("<int:pk>/", panels.page, name="panel"),
    path("<int:pk>/edit/", panels.edit, name="edit"),
    path("<int:pk>/act/", panels.act, name="act"),
    path("<int:pk>/works/", works.index, name="works"),
    path("<int:pk>/works/add/", works.add, name="work_add"),
    path("works/<int:pk>/", works.edit, name="work"),
    path("works/<int:pk>/withdraw/", works.withdraw, name="work_withdraw"),
    path("<int:pk>/jurors/", jurors.index, name="jurors"),
    path("jurors/<int:pk>/act/", jurors.act, name="juror_act"),
    path("<int:pk>/ranking/", ranking.page, name="ranking"),
    path("<int:pk>/export/", ranking.export, name="export"),
]
