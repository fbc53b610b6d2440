"""Workspace addresses of statistics, below ``/w/statistics/``: the form, its review, roll-ups."""

from django.urls import path

from skillweek.statistics.views import dashboard, exports, open_data, review, rollup, school, taking_part, wall

app_name = "statistics"

urlpatterns = [
    path("", school.index, name="index"),
    path("queue/", review.queue, name="queue"),
    path("queue/remind/", review.remind_missing, name="remind"),
    path("report/<int:pk>/", school.report, name="report"),
    path("comment/<int:pk>/resolve/", school.resolve, name="comment_resolve"),
    path("<int:organisation_id>/", school.form, name="form"),
    path("<int:organisation_id>/note/", school.note, name="note"),
    path("<int:organisation_id>/recount/", school.recount, name="recount"),
    path("<int:organisation_id>/submit/", school.submit, name="submit"),
    path("<int:organisation_id>/withdraw/", school.withdraw, name="withdraw"),
    path("<int:organisation_id>/history/", school.history, name="history"),
    path("<int:organisation_id>/decide/", review.decide, name="decide"),
    path("<int:organisation_id>/comment/", review.comment, name="comment"),
    path("<int:organisation_id>/word/", exports.word, name="word"),
    path("<int:organisation_id>/excel/", exports.excel, name="excel"),
    path("<int:organisation_id>/figure/<slug:code>/", school.figure, name="figure"),
    path("<int:organisation_id>/figure/<slug:code>/save/", school.save, name="save"),
    path("taking-part/", taking_part.page, name="taking_part"),
    path("taking-part/excel/", taking_part.excel, name="taking_part_excel"),
    path("taking-part/<int:organisation_id>/<str:code>/", taking_part.rows, name="taking_part_rows"),
    path("dashboard/", dashboard.index, name="dashboards"),
    path("dashboard/<int:organisation_id>/", dashboard.page, name="dashboard"),
    path("wall/<int:organisation_id>/", wall.page, name="wall"),
    path("wall/<int:organisation_id>/live/", wall.live, name="wall_live"),
    path("wall/<int:organisation_id>/links/", wall.links, name="wall_links"),
    path("wall/link/<int:pk>/revoke/", wall.revoke, name="wall_revoke"),
    path("open-data/", open_data.switch, name="open_data"),
    path("open-data/publish/", open_data.publish, name="open_data_publish"),
    path("open-data/withdraw/", open_data.withdraw, name="open_data_withdraw"),
    path("rollup/<int:organisation_id>/", rollup.page, name="rollup"),
    path("rollup/<int:organisation_id>/figure/<slug:code>/", rollup.figure, name="rollup_figure"),
    path("rollup/<int:organisation_id>/excel/", rollup.excel, name="rollup_excel"),
]
