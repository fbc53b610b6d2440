"""URLs under ``/w/inbox/``."""

from django.urls import path

from skillweek.notifications.views import inbox, log, preferences, robots, wording

app_name = "notifications"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("read/", inbox.read_all, name="read_all"),
    path("<int:pk>/", inbox.open_message, name="open"),
    path("deliveries/", log.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/retry/", log.retry, name="retry"),
    path("settings/", preferences.preferences, name="preferences"),
    path("templates/", wording.index, name="templates"),
    path("templates/<str:code>/", wording.edit, name="template"),
    path("templates/<str:code>/preview/", wording.preview, name="template_preview"),
    path("templates/<str:code>/reset/", wording.reset, name="template_reset"),
    path("robots/", robots.index, name="robots"),
    path("robots/add/", robots.add, name="robot_add"),
    path("robots/<int:pk>/", robots.change, name="robot_change"),
    path("robots/<int:pk>/test/", robots.test, name="robot_test"),
    path("robots/<int:pk>/remove/", robots.remove, name="robot_remove"),
]
