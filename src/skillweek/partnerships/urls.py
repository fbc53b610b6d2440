"""The workspace's pages of this room, below ``/w/partners/``."""

from django.urls import path

from skillweek.partnerships.views import enterprises, intentions, majors, meetings, needs, schedule

app_name = "partnerships"

urlpatterns = [
    path("", enterprises.overview, name="index"),
    path("enterprises/", enterprises.index, name="enterprises"),
    path("enterprises/<int:pk>/", enterprises.page, name="enterprise"),
    path("enterprises/<int:pk>/decide/", enterprises.decide, name="enterprise_decide"),
    path("enterprises/<int:pk>/logo.png", enterprises.logo, name="enterprise_logo"),
    path("needs/", needs.index, name="needs"),
    path("needs/<int:pk>/", needs.page, name="need"),
    path("needs/<int:pk>/decide/", needs.decide, name="need_decide"),
    path("matches/", needs.matches, name="matches"),
    path("majors/", majors.index, name="majors"),
    path("majors/act/", majors.act, name="majors_act"),
    path("catalogue/", majors.catalogue_page, name="catalogue"),
    path("catalogue/export/", majors.export, name="catalogue_export"),
    path("catalogue/import/", majors.start, name="catalogue_import"),
    path("catalogue/import/<int:pk>/", majors.upload, name="catalogue_upload"),
    path("catalogue/import/<int:pk>/confirm/", majors.confirm, name="catalogue_confirm"),
    path("meetings/", meetings.index, name="meetings"),
    path("meetings/add/", meetings.edit, name="meeting_add"),
    path("meetings/<int:pk>/", meetings.page, name="meeting"),
    path("meetings/<int:pk>/edit/", meetings.edit, name="meeting_edit"),
    path("meetings/<int:pk>/act/", meetings.act, name="meeting_act"),
    path("meetings/<int:pk>/school/", meetings.school_act, name="meeting_school"),
    path("meetings/<int:pk>/schedule/", schedule.page, name="schedule"),
    path("meetings/<int:pk>/schedule/act/", schedule.act, name="schedule_act"),
    path("meetings/<int:pk>/schedule/print/", schedule.printed, name="schedule_print"),
    path("meetings/<int:pk>/schedule/pdf/", schedule.pdf, name="schedule_pdf"),
    path("meetings/<int:pk>/schedule/export/", schedule.export, name="schedule_export"),
    path("intentions/", intentions.index, name="intentions"),
    path("intentions/add/", intentions.add, name="intention_add"),
    path("intentions/export/", intentions.export, name="intentions_export"),
    path("intentions/days/", intentions.days, name="follow_days"),
    path("intentions/<int:pk>/", intentions.page, name="intention"),
    path("intentions/<int:pk>/act/", intentions.act, name="intention_act"),
]
