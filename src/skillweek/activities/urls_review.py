"""What the line above reads and decides (B3)."""

from django.urls import path

import skillweek.activities.views.review as review

urlpatterns = [
    path("review/", review.queue, name="review"),
    path("review/plan/<int:pk>/", review.plan_page, name="plan_review"),
    path("review/plan/<int:pk>/approve/", review.plan_approve, name="plan_approve"),
    path("review/plan/<int:pk>/return/", review.plan_return, name="plan_return"),
    path("review/plan/<int:pk>/reopen/", review.plan_reopen, name="plan_reopen"),
    path("<int:pk>/approve/", review.approve, name="approve"),
    path("<int:pk>/return/", review.return_, name="return"),
    path("<int:pk>/reopen/", review.reopen, name="reopen"),
    path("<int:pk>/take-down/", review.take_down, name="take_down"),
    path("<int:pk>/put-back/", review.put_back, name="put_back"),
    path("<int:pk>/comment/", review.comment, name="comment"),
    path("<int:pk>/resolve/", review.resolve, name="resolve"),
]
