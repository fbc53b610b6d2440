"""Taking part, below ``/take-part/``."""

from django.urls import path

from skillweek.participation.views import certificates, public

app_name = "participation_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("who/", public.who_page, name="who"),
    path("who/code/", public.code, name="code"),
    path("who/leave/", public.leave, name="leave"),
    path("mine/", public.mine, name="mine"),
    path("certificates/", certificates.check, name="check"),
    path("certificates/<str:code>/", certificates.page, name="certificate"),
    path("certificates/<str:code>/pdf/", certificates.pdf, name="certificate_pdf"),
]
