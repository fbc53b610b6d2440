"""Activities, calendar, search and organisations for the public."""

from django.urls import URLPattern, path

from skillweek.portal.views import activities, activity, calendar, organisations, search

urlpatterns: list[URLPattern] = [
    path("activities/", activities.index, name="activities"),
    path("activities/national/", activities.national, name="national"),
    path("activities/city/", activities.city, name="city"),
    path("activities/<int:pk>/", activity.activity, name="activity"),
    path("activities/<int:pk>/qr.svg", activity.qr_code, name="activity_qr"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("search/", search.search_page, name="search"),
    path("organisations/", organisations.index, name="organisations"),
    path("organisations/<str:code>/", organisations.organisation, name="organisation"),
]
