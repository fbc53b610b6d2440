"""Voting, below ``/vote/``."""

from django.urls import path

from skillweek.voting.views import public, sheet, verifying

app_name = "voting_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("<int:pk>/", public.ballot, name="ballot"),
    path("<int:pk>/candidate/<int:number>/", public.candidate, name="candidate"),
    path("<int:pk>/sheet/", sheet.sheet, name="sheet"),
    path("<int:pk>/receipt/<str:receipt>/", sheet.receipt, name="receipt"),
    path("<int:pk>/results/", public.results, name="results"),
    path("<int:pk>/check/", verifying.check, name="check"),
    path("<int:pk>/audit.csv", verifying.audit_csv, name="audit_csv"),
    path("<int:pk>/audit.json", verifying.audit_json, name="audit_json"),
]
