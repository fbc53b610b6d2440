"""The staff shell."""

from django.urls import path

from skillweek.workspace import views

app_name = "workspace"
urlpatterns = [path("", views.home, name="home")]
