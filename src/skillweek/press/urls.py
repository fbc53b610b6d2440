"""The workspace's pages of this room, below ``/w/press/``."""

from django.urls import path

from skillweek.press.views import coverage, journalists, leads, outlets, transfer, visits

app_name = "press"

urlpatterns = [
    path("", coverage.index, name="index"),
    path("add/", coverage.add, name="add"),
    path("coverage/<int:pk>/", coverage.page, name="coverage"),
    path("coverage/<int:pk>/act/", coverage.act, name="act"),
    path("export/", transfer.export, name="export"),
    path("template/", transfer.template, name="template"),
    path("import/", transfer.start, name="import"),
    path("import/<int:pk>/", transfer.upload, name="import_upload"),
    path("import/<int:pk>/confirm/", transfer.confirm, name="import_confirm"),
    path("outlets/", outlets.index, name="outlets"),
    path("outlets/add/", outlets.edit, name="outlet_add"),
    path("outlets/<int:pk>/", outlets.edit, name="outlet"),
    path("outlets/<int:pk>/join/", outlets.join, name="outlet_join"),
    path("leads/", leads.index, name="leads"),
    path("leads/add/", leads.edit, name="lead_add"),
    path("leads/<int:pk>/", leads.page, name="lead"),
    path("leads/<int:pk>/edit/", leads.edit, name="lead_edit"),
    path("leads/<int:pk>/act/", leads.act, name="lead_act"),
    path("visits/", visits.index, name="visits"),
    path("visits/offer/<int:pk>/", visits.offer, name="visit_offer"),
    path("visits/<int:pk>/", visits.page, name="visit"),
    path("visits/<int:pk>/act/", visits.act, name="visit_act"),
    path("journalists/", journalists.index, name="journalists"),
    path("journalists/<int:pk>/decide/", journalists.decide, name="journalist_decide"),
]
