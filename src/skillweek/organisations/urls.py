"""Units and people in the workspace."""

from django.urls import path

from skillweek.organisations.views import accounts, contacts, people, roster, tree

app_name = "organisations"
urlpatterns = [
    path("", tree.index, name="index"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts.xlsx", contacts.export, name="contacts_export"),
    path("profile/", accounts.profile, name="profile"),
    path("roster/", roster.start, name="roster"),
    path("roster/template.xlsx", roster.template, name="roster_template"),
    path("roster/export.xlsx", roster.export, name="roster_export"),
    path("roster/<int:pk>/", roster.upload, name="roster_upload"),
    path("roster/<int:pk>/confirm/", roster.confirm, name="roster_confirm"),
    path("roster/<int:pk>/discard/", roster.discard, name="roster_discard"),
    path("below/<int:parent>/new/", tree.add, name="add"),
    path("<int:pk>/", tree.unit, name="unit"),
    path("<int:pk>/change/", tree.change, name="change"),
    path("<int:pk>/move/", tree.move, name="move"),
    path("<int:pk>/deactivate/", tree.deactivate, name="deactivate"),
    path("<int:pk>/reactivate/", tree.reactivate, name="reactivate"),
    path("<int:pk>/invite/", people.invite_person, name="invite"),
    path("invitations/<int:pk>/resend/", people.resend, name="resend"),
    path("invitations/<int:pk>/revoke/", people.revoke, name="revoke"),
    path("people/<int:pk>/end/", people.end, name="end"),
    path("people/<int:pk>/role/", people.role, name="role"),
    path("people/<int:pk>/hand-over/", people.hand_over, name="hand_over"),
    path("people/<int:pk>/second-factor/", people.second_factor, name="second_factor"),
    path("people/<int:pk>/password/", people.password, name="password"),
]
