from django.apps import AppConfig


class SimilarityConfig(AppConfig):
    name = "skillweek.similarity"
    label = "similarity"
