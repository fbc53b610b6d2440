from django.urls import path

from skillweek.similarity import views

app_name = "similarity"
urlpatterns = [path("<int:pk>/", views.compare, name="compare")]
