"""What an organisation can switch on, and the certificates it issued, below ``/w/take-part/``."""

from django.urls import path

from skillweek.participation.views import workspace

app_name = "participation"

urlpatterns = [
    path("", workspace.index, name="index"),
    path("waiting/", workspace.waiting, name="waiting"),
    path("certificates/", workspace.certificates, name="certificates"),
    path("certificates/<int:pk>/revoke/", workspace.revoke, name="revoke"),
]
