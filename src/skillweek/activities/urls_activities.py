"""One activity: begin, write, its sessions, hand in (B2, B4, B5, B10)."""

from django.urls import path

from skillweek.activities.views import activities, slots

urlpatterns = [
    path("unit/<int:organisation_id>/new/", activities.new, name="new"),
    path("restore/<int:event_id>/", activities.restore, name="restore"),
    path("<int:pk>/", activities.activity, name="activity"),
    path("<int:pk>/edit/", activities.edit, name="edit"),
    path("<int:pk>/save/", activities.autosave, name="save"),
    path("<int:pk>/history/", activities.history, name="history"),
    path("<int:pk>/submit/", activities.submit, name="submit"),
    path("<int:pk>/withdraw/", activities.withdraw, name="withdraw"),
    path("<int:pk>/delete/", activities.delete, name="delete"),
    path("<int:pk>/slots/", slots.slots, name="slots"),
    path("<int:pk>/slots/count/", slots.count, name="slots_count"),
    path("<int:pk>/slots/<int:series_id>/", slots.slots, name="slots_edit"),
    path("<int:pk>/slots/<int:series_id>/remove/", slots.remove, name="slots_remove"),
]
