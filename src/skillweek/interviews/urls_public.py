"""What the public opens, mounted at ``/interviews/``."""

from django.urls import path

from skillweek.interviews.views import public

app_name = "interviews_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("series/<int:pk>/", public.series, name="series"),
    path("series/<int:pk>/podcast.xml", public.podcast, name="podcast"),
    path("<int:pk>/", public.episode, name="episode"),
    path("<int:pk>/captions.vtt", public.captions, name="captions"),
    path("<int:pk>/chapters.vtt", public.chapters, name="chapters"),
    path("<int:pk>/sound.m4a", public.sound, name="sound"),
]
