"""The workspace's pages of this room, below ``/w/quiz/``."""

from django.urls import path

from skillweek.quiz.views import bank, live_host, quizzes, results, transfer

app_name = "quiz"

urlpatterns = [
    path("", quizzes.index, name="index"),
    path("add/", quizzes.edit, name="add"),
    path("<int:pk>/", quizzes.page, name="quiz"),
    path("<int:pk>/edit/", quizzes.edit, name="edit"),
    path("<int:pk>/preview/", quizzes.preview, name="preview"),
    path("<int:pk>/act/", quizzes.act, name="act"),
    path("<int:pk>/results/", results.results, name="results"),
    path("<int:pk>/results/export/", results.export, name="results_export"),
    path("<int:pk>/board/", results.board, name="board"),
    path("attempts/<int:pk>/judge/", results.judge, name="judge"),
    path("<int:pk>/live/", live_host.open_game, name="live_open"),
    path("live/<int:pk>/", live_host.screen, name="live"),
    path("live/<int:pk>/state/", live_host.state, name="live_state"),
    path("live/<int:pk>/act/", live_host.act, name="live_act"),
    path("bank/", bank.index, name="bank"),
    path("bank/add/", bank.edit, name="question_add"),
    path("bank/load/", bank.load, name="load"),
    path("bank/check/", bank.check_many, name="check_many"),
    path("bank/<int:pk>/", bank.page, name="question"),
    path("bank/<int:pk>/edit/", bank.edit, name="question_edit"),
    path("bank/<int:pk>/act/", bank.act, name="question_act"),
    path("bank/export/", transfer.export, name="export"),
    path("bank/template/", transfer.template, name="template"),
    path("bank/import/", transfer.start, name="import"),
    path("bank/import/<int:pk>/", transfer.upload, name="import_upload"),
    path("bank/import/<int:pk>/confirm/", transfer.confirm, name="import_confirm"),
]
