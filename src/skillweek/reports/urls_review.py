"""The bureau's URLs; ``urls.py`` includes them under the app name ``reports``."""

from django.urls import path

from skillweek.reports.views import archive, board, review

urlpatterns = [
    path("queue/", review.queue_page, name="queue"),
    path("queue/accept/", review.queue_accept, name="queue_accept"),
    path("review/<int:pk>/", review.review_page, name="review"),
    path("review/<int:pk>/accept/", review.review_accept, name="review_accept"),
    path("review/<int:pk>/return/", review.review_return, name="review_return"),
    path("review/<int:pk>/reopen/", review.review_reopen, name="review_reopen"),
    path("review/<int:pk>/highlight/", review.review_highlight, name="review_highlight"),
    path("review/<int:pk>/comment/", review.review_comment, name="review_comment"),
    path("review/<int:pk>/comment/resolve/", review.review_comment_resolve, name="review_comment_resolve"),
    path("review/<int:pk>/compare/", review.review_compare, name="review_compare"),
    path("board/", board.board, name="board"),
    path("board/live/", board.board_live, name="board_live"),
    path("board/remind/", board.board_remind, name="board_remind"),
    path("board/export/", board.board_export, name="board_export"),
    path("board/school/<int:pk>/", board.board_school, name="board_school"),
    path("totals/", board.totals_page, name="totals"),
    path("archive/", archive.archive_page, name="archive"),
    path("archive/download/", archive.archive_download, name="archive_download"),
    path("archive/own/<int:pk>/", archive.archive_own, name="archive_own"),
]
