"""Coverage of days and units, marks and highlights (B5, B6)."""

from django.urls import path

from skillweek.activities.views import coverage, highlights

urlpatterns = [
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/shares/", coverage.shares, name="coverage_shares"),
    path("coverage/export/", coverage.export, name="coverage_export"),
    path("coverage/remind/", coverage.remind, name="coverage_remind"),
    path("coverage/unit/<int:pk>/", coverage.unit, name="coverage_unit"),
    path("highlights/", highlights.highlights, name="highlights"),
    path("<int:pk>/assess/", highlights.assess, name="assess"),
    path("<int:pk>/assess/withdraw/", highlights.withdraw, name="assess_withdraw"),
    path("<int:pk>/highlight/", highlights.choose, name="highlight"),
    path("<int:pk>/highlight/move/", highlights.move, name="highlight_move"),
]
