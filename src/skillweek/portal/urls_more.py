"""Home, map, feeds and what else surrounds the activities."""

from django.urls import path

from skillweek.portal.views import home, machine, topics
from skillweek.portal.views.map import activity_map

urlpatterns = [
    path("", home.home, name="home"),
    path("language/", home.set_language, name="set_language"),
    path("text-size/", home.set_text_size, name="set_text_size"),
    path("map/", activity_map, name="map"),
    path("ical/week.ics", machine.week_calendar, name="ical_week"),
    path("ical/organisations/<int:pk>.ics", machine.organisation_calendar, name="ical_organisation"),
    path("ical/activities/<int:pk>.ics", machine.activity_calendar, name="ical_activity"),
    path("ical/sessions/<uuid:uid>.ics", machine.session_calendar, name="ical_session"),
    path("feeds/<slug:kind>.<slug:form>", machine.feed, name="feed"),
    path("share/week.png", machine.share_week, name="share_week"),
    path("share/activities/<int:pk>.png", machine.share_card, name="share_card"),
    path("share/stories/<int:pk>.png", machine.share_story, name="share_story"),
    path("topics/", topics.index, name="topics"),
    path("topics/<str:code>/", topics.topic, name="topic"),
    path("sitemap.xml", machine.sitemap_xml, name="sitemap"),
    path("robots.txt", machine.robots_txt, name="robots"),
]
