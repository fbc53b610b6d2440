"""Public files, below ``/media/``."""

from django.urls import path, re_path

from skillweek.content.views import media

app_name = "content_media"

urlpatterns = [
    re_path(
        r"^(?P<pk>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<width>[1-9][0-9]{0,4})\.(?P<kind>avif|webp|jpg|mp4)$",
        media.rendition,
        name="rendition",
    ),
    re_path(
        r"^(?P<pk>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<role>thumb|large|poster)\.jpg$",
        media.derivative,
        name="derivative",
    ),
    path("<uuid:pk>/download", media.attachment, name="attachment"),
]
