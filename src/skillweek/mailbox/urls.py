"""Workspace addresses of the mailbox, below ``/w/mailbox/``."""

from django.urls import path

from skillweek.mailbox import views

app_name = "mailbox"

urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:pk>/", views.mail, name="mail"),
    path("<uuid:pk>/assign/", views.assign, name="assign"),
    path("<uuid:pk>/reject/", views.reject, name="reject"),
    path("<uuid:pk>/spam/", views.spam, name="spam"),
    path("<uuid:pk>/reopen/", views.reopen, name="reopen"),
    path("<uuid:pk>/retry/", views.retry, name="retry"),
    path("<uuid:pk>/undo/", views.undo, name="undo"),
]
