"""Every URL of the product, by room."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

#: prefix → the room's URL module. ``/w/`` is the workspace; the rest is public or decides for itself.
_ROOMS = [
    ("", "skillweek.portal.urls"),
    ("api/", "skillweek.portal.api_urls"),
    ("media/", "skillweek.content.urls_media"),
    ("pages/", "skillweek.content.urls_public"),
    ("notices/", "skillweek.notices.urls_public"),
    ("book/", "skillweek.bookings.urls_public"),
    ("online/", "skillweek.online.urls_public"),
    ("take-part/", "skillweek.participation.urls_public"),
    ("vote/", "skillweek.voting.urls_public"),
    ("jury/", "skillweek.judging.urls_public"),
    ("stories/", "skillweek.publicity.urls_public"),
    ("classes/", "skillweek.classes.urls_public"),
    ("careers/", "skillweek.careers.urls_public"),
    ("interviews/", "skillweek.interviews.urls_public"),
    ("press/", "skillweek.press.urls_public"),
    ("contests/", "skillweek.contests.urls_public"),
    ("partners/", "skillweek.partnerships.urls_public"),
    ("policies/", "skillweek.policies.urls_public"),
    ("quiz/", "skillweek.quiz.urls_public"),
    ("statistics/", "skillweek.statistics.urls_public"),
    ("past/", "skillweek.archive.urls_public"),
    ("messages/", "skillweek.notifications.urls_public"),
    ("accounts/", "skillweek.organisations.account_urls"),  # first: it shuts some of allauth's doors
    ("accounts/", "allauth.account.urls"),
    ("accounts/2fa/", "allauth.mfa.urls"),
    ("i18n/", "django.conf.urls.i18n"),
    ("w/", "skillweek.workspace.urls"),
    ("w/organisations/", "skillweek.organisations.urls"),
    ("w/editions/", "skillweek.editions.urls"),
    ("w/inbox/", "skillweek.notifications.urls"),
    ("w/content/", "skillweek.content.urls"),
    ("w/notices/", "skillweek.notices.urls"),
    ("w/activities/", "skillweek.activities.urls"),
    ("w/bookings/", "skillweek.bookings.urls"),
    ("w/online/", "skillweek.online.urls"),
    ("w/take-part/", "skillweek.participation.urls"),
    ("w/voting/", "skillweek.voting.urls"),
    ("w/judging/", "skillweek.judging.urls"),
    ("w/reports/", "skillweek.reports.urls"),
    ("w/similar/", "skillweek.similarity.urls"),
    ("w/mailbox/", "skillweek.mailbox.urls"),
    ("w/press/", "skillweek.press.urls"),
    ("w/contests/", "skillweek.contests.urls"),
    ("w/partners/", "skillweek.partnerships.urls"),
    ("w/policies/", "skillweek.policies.urls"),
    ("w/publicity/", "skillweek.publicity.urls"),
    ("w/quiz/", "skillweek.quiz.urls"),
    ("w/classes/", "skillweek.classes.urls"),
    ("w/careers/", "skillweek.careers.urls"),
    ("w/interviews/", "skillweek.interviews.urls"),
    ("w/statistics/", "skillweek.statistics.urls"),
    ("w/summaries/", "skillweek.summaries.urls"),
    ("w/archive/", "skillweek.archive.urls"),
    ("uploads/", "skillweek.uploads.urls"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(module)) for prefix, module in _ROOMS if find_spec(module)
]

handler400 = "skillweek.core.errors_views.bad_request"
handler403 = "skillweek.core.errors_views.permission_denied"
handler404 = "skillweek.core.errors_views.page_not_found"
#: Called by allauth when one of its rate limits is reached.
handler429 = "skillweek.core.errors_views.too_many_requests"
handler500 = "skillweek.core.errors_views.server_error"
