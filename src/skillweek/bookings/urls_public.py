"""What visitors open, without an account; mounted at ``/book/``."""

from django.urls import path

from skillweek.bookings.views import book, find, opinion, slots, ticket

app_name = "bookings_public"
urlpatterns = [
    path("<int:pk>/", book.book, name="book"),
    path("slots/<int:pk>/", slots.slots, name="slots"),
    path("find/", find.find, name="find"),
    path("challenge/", book.challenge, name="challenge"),
    path("t/<str:token>/", ticket.ticket, name="ticket"),
    path("t/<str:token>/party/", ticket.party, name="party"),
    path("t/<str:token>/contact/", ticket.contact, name="contact"),
    path("t/<str:token>/erase/", ticket.erase, name="erase"),
    path("t/<str:token>/cancel/", ticket.cancel, name="cancel"),
    path("t/<str:token>/confirm/", ticket.confirm, name="confirm"),
    path("t/<str:token>/feedback/", opinion.feedback, name="feedback"),
    path("t/<str:token>/calendar.ics", ticket.calendar, name="calendar"),
    path("t/<str:token>/ticket.png", ticket.picture, name="picture"),
]
