"""What the public and enterprises open, below ``/partners/``."""

from django.urls import path

from skillweek.partnerships.views import mine, public, signing, talks

app_name = "partnerships_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("needs/<int:pk>/", public.need, name="need"),
    path("enterprises/", public.enterprises, name="enterprises"),
    path("enterprises/<int:pk>/", public.enterprise, name="enterprise"),
    path("enterprises/<int:pk>/logo.png", public.logo, name="logo"),
    path("meetings/", public.meetings, name="meetings"),
    path("meetings/<int:pk>/", talks.meeting, name="meeting"),
    path("meetings/<int:pk>/apply/", talks.apply, name="apply"),
    path("meetings/<int:pk>/book/<int:party>/", talks.book, name="book"),
    path("meetings/<int:pk>/leave/", talks.leave, name="leave"),
    path("talks/<int:pk>/cancel/", talks.cancel, name="cancel"),
    path("signup/", signing.sign_up, name="signup"),
    path("confirm/<str:token>/", signing.confirm, name="confirm"),
    path("mine/", mine.index, name="mine"),
    path("mine/profile/", mine.profile, name="my_profile"),
    path("mine/profile/back/", mine.profile_back, name="my_profile_back"),
    path("mine/needs/add/", mine.need, name="my_need_add"),
    path("mine/needs/<int:pk>/", mine.need, name="my_need"),
    path("mine/needs/<int:pk>/act/", mine.need_act, name="my_need_act"),
    path("mine/meetings/<int:pk>/", mine.meeting, name="my_meeting"),
    path("mine/meetings/<int:pk>/act/", mine.meeting_act, name="my_meeting_act"),
    path("mine/follow/<int:pk>/", mine.follow, name="my_follow"),
]
