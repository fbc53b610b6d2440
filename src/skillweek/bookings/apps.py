from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "skillweek.bookings"
    label = "bookings"
