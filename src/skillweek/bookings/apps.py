from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "skillweek.bookings"
    label = "bookings"

    def ready(self) -> None:
        from skillweek.activities import offers
        from skillweek.activities.signals import session_changed, session_shrinking
        from skillweek.bookings import kinds, receivers, tasks
        from skillweek.bookings.queries.feedback import reached_by_unit
        from skillweek.core import schedule

        kinds.declare_all()
        session_changed.connect(receivers.session_moved, dispatch_uid="bookings.session_moved")
        session_shrinking.connect(receivers.session_shrinks, dispatch_uid="bookings.session_shrinks")
        offers.offer_booked_people(receivers.booked_people)
        offers.offer_reached(reached_by_unit)
        schedule.every(5, "bookings.waiting", tasks.tend_waiting_lists.enqueue)
        schedule.every(10, "bookings.remind", tasks.remind_visitors.enqueue)
        schedule.every(24 * 60, "bookings.erase", tasks.erase_visitors.enqueue)
