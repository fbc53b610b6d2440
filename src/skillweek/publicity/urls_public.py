"""Stories for the public, below ``/stories/``."""

from django.urls import path

from skillweek.publicity.views import kit, public

app_name = "publicity_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("library/", public.library, name="library"),
    path("<int:pk>/", public.story, name="story"),
    path("<int:pk>/press-kit.zip", kit.of_story, name="kit_story"),
    path("topics/<str:code>/press-kit.zip", kit.of_topic, name="kit_topic"),
    path("press-kit.zip", kit.of_week, name="kit_week"),
]
