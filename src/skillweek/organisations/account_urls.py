"""Account pages of ours. They stand before allauth's, so that what is shut here never reaches it."""

from django.urls import path, re_path

from skillweek.organisations.views import accounts

_shut = accounts.shut
urlpatterns = [
    path("invitations/<str:token>/", accounts.accept, name="invitation_accept"),
    path("signup/", _shut, name="shut_signup"),
    path("email/", _shut, name="shut_email"),
    path("confirm-email/", _shut, name="shut_confirm_email_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", _shut, name="shut_confirm_email"),
    path("password/set/", _shut, name="shut_password_set"),
    path("login/code/confirm/", _shut, name="shut_login_code"),
]
