"""Tables of the quiz: the bank, quizzes with their attempts, live rounds in a hall (E2)."""

from skillweek.quiz.models.bank import Question, QuestionUpload
from skillweek.quiz.models.live import LiveAnswer, LiveGame, LivePlayer, LiveQuestion
from skillweek.quiz.models.play import Attempt, PracticeDay, Turn
from skillweek.quiz.models.quizzes import Draw, Quiz

__all__ = [
    "Attempt", "Draw", "LiveAnswer", "LiveGame", "LivePlayer", "LiveQuestion", "PracticeDay", "Question",
    "QuestionUpload", "Quiz", "Turn",
]  # fmt: skip
