"""Changing what is public: sessions moved, postponed, called off; supplements (A3)."""

from django.urls import path

from skillweek.activities.views import changes, supplements

urlpatterns = [
    path("<int:pk>/changes/", changes.changes, name="changes"),
    path("<int:pk>/cancel/", changes.cancel, name="cancel"),
    path("<int:pk>/reinstate/", changes.reinstate, name="reinstate"),
    path("session/<int:pk>/change/", changes.session_change, name="session_change"),
    path("session/<int:pk>/postpone/", changes.session_postpone, name="session_postpone"),
    path("session/<int:pk>/cancel/", changes.session_cancel, name="session_cancel"),
    path("session/<int:pk>/reinstate/", changes.session_reinstate, name="session_reinstate"),
    path("supplement/", supplements.supplement, name="supplement"),
    path("supplement/<int:pk>/", supplements.notice_changes, name="notice_changes"),
]
