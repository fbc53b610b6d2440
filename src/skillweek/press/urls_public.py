"""Journalists' pages, below ``/press/``."""

from django.urls import path

from skillweek.press.views import press, signing

app_name = "press_public"

urlpatterns = [
    path("", press.index, name="index"),
    path("signup/", signing.sign_up, name="signup"),
    path("challenge/", signing.challenge, name="challenge"),
    path("confirm/<str:token>/", signing.confirm, name="confirm"),
    path("mine/", press.mine, name="mine"),
    path("leads/<int:pk>/", press.lead, name="lead"),
    path("leads/<int:pk>/act/", press.act, name="act"),
]
