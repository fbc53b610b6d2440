"""Addresses of this room, below ``/uploads/``."""

from django.urls import path

from skillweek.uploads.views import s3_views, serve, tus_views

app_name = "uploads"

urlpatterns = [
    path("", tus_views.collection, name="create"),
    path("s3/", s3_views.create, name="s3_create"),
    path("s3/<uuid:upload_id>/", s3_views.resource, name="s3_resource"),
    path("s3/<uuid:upload_id>/sign/", s3_views.sign, name="s3_sign"),
    path("s3/<uuid:upload_id>/complete/", s3_views.complete, name="s3_complete"),
    path("files/<uuid:file_id>/", serve.original, name="original"),
    path("files/<uuid:file_id>/status/", serve.status, name="status"),
    path("files/<uuid:file_id>/<slug:role>/", serve.derivative, name="derivative"),
    path("<uuid:upload_id>/", tus_views.resource, name="resource"),
]
