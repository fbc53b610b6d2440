"""What families and schools open, mounted at ``/classes/``."""

from django.urls import path

from skillweek.classes.views import public

app_name = "classes_public"

urlpatterns = [path("<slug:code>/", public.preset, name="preset")]
