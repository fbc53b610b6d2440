"""Workspace addresses of bookings, below ``/w/bookings/``: lists, the door, what visitors said."""

from django.urls import path

from skillweek.bookings.views import door, lists, said

app_name = "bookings"

urlpatterns = [
    path("", lists.index, name="index"),
    # Its scope is this folder; it keeps the page at the door and nothing else.
    path("door-worker.js", door.worker, name="door_worker"),
    path("<int:pk>/", lists.session, name="session"),
    path("<int:pk>/add/", lists.add, name="add"),
    path("<int:pk>/export/", lists.export, name="export"),
    path("<int:pk>/print/", lists.sheet, name="print"),
    path("<int:pk>/door/", door.door, name="door"),
    path("<int:pk>/door/state/", door.state, name="door_state"),
    path("<int:pk>/door/send/", door.send, name="door_send"),
    path("booking/<int:pk>/cancel/", lists.cancel, name="cancel"),
    path("booking/<int:pk>/erase/", lists.erase, name="erase"),
    path("booking/<int:pk>/move-up/", lists.move_up, name="move_up"),
    path("activity/<int:pk>/feedback/", said.feedback, name="feedback"),
    path("feedback/<int:pk>/show/", said.show, name="feedback_show"),
]
