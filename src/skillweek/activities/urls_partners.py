"""Joint organisers (B12)."""

from django.urls import path

from skillweek.activities.views import partners

urlpatterns = [
    path("<int:pk>/partners/", partners.partners, name="partners"),
    path("joint/", partners.joint, name="joint"),
    path("partner/<int:pk>/", partners.partner, name="partner"),
    path("partner/<int:pk>/answer/", partners.answer, name="partner_answer"),
    path("partner/<int:pk>/change/", partners.change, name="partner_change"),
    path("partner/<int:pk>/remove/", partners.remove, name="partner_remove"),
]
