"""Public pages: activities and search, and everything else of the portal."""

from skillweek.portal import urls_activities, urls_more

app_name = "portal"
urlpatterns = [*urls_more.urlpatterns, *urls_activities.urlpatterns]
