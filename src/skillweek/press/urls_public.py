"""Journalists' pages, below ``/press/``."""

from django.urls import path

from skillweek.press.views import press, signing, visiting

app_name = "press_public"

urlpatterns = [
    path("", press.index, name="index"),
    path("signup/", signing.sign_up, name="signup"),
    path("confirm/<str:token>/", signing.confirm, name="confirm"),
    path("mine/", press.mine, name="mine"),
    path("visits/", visiting.index, name="visits"),
    path("visits/to/<int:pk>/", visiting.apply, name="visit_apply"),
    path("visits/<int:pk>/", visiting.visit, name="visit"),
    path("visits/<int:pk>/act/", visiting.act, name="visit_act"),
    path("visits/<int:pk>/calendar.ics", visiting.calendar, name="visit_calendar"),
    path("leads/<int:pk>/", press.lead, name="lead"),
    path("leads/<int:pk>/act/", press.act, name="act"),
]
