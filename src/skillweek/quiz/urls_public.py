"""The public's pages, below ``/quiz/``."""

from django.urls import path

from skillweek.quiz.views import live_play, practice, public, rounds

app_name = "quiz_public"

urlpatterns = [
    path("", public.index, name="index"),
    path("<int:pk>/", public.quiz, name="quiz"),
    path("<int:pk>/board/", public.board, name="board"),
    path("<int:pk>/practice/", practice.practice, name="practice"),
    path("<int:pk>/start/", rounds.start, name="start"),
    path("rounds/<int:pk>/", rounds.page, name="round"),
    path("rounds/<int:pk>/answer/", rounds.answer, name="answer"),
    path("rounds/<int:pk>/result/", rounds.result, name="result"),
    path("rounds/<int:pk>/certificate/", rounds.certificate, name="certificate"),
    path("live/", live_play.join, name="live_join"),
    path("live/<str:code>/", live_play.play, name="live_play"),
    path("live/<str:code>/state/", live_play.state, name="live_state"),
    path("live/<str:code>/answer/", live_play.answer, name="live_answer"),
]
