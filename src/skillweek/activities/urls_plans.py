"""The organisation's own week and its plan (B1, B3)."""

from django.urls import path

from skillweek.activities.views import plans

urlpatterns = [
    path("", plans.index, name="index"),
    path("national/", plans.national, name="national"),
    path("unit/<int:organisation_id>/plan/", plans.plan_form, name="plan"),
    path("unit/<int:organisation_id>/plan/save/", plans.plan_autosave, name="plan_save"),
    path("plan/<int:pk>/", plans.plan_open, name="plan_open"),
    path("plan/<int:pk>/preview/", plans.preview, name="plan_preview"),
    path("plan/<int:pk>/history/", plans.history, name="plan_history"),
    path("plan/<int:pk>/submit/", plans.submit, name="plan_submit"),
    path("plan/<int:pk>/withdraw/", plans.withdraw, name="plan_withdraw"),
    path("plan/<int:pk>/ask/", plans.ask, name="plan_ask"),
    path("plan/<int:pk>/comment/", plans.comment, name="plan_comment"),
    path("plan/<int:pk>/resolve/", plans.resolve, name="plan_resolve"),
]
