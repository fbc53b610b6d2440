"""Running what is queued while the demo's samples are loaded, as a worker does."""

from __future__ import annotations


def work_off() -> None:
    """Run everything that is due: file checks, public copies, mails."""
    from django_tasks_db.management.commands.db_worker import Worker

    Worker(
        queue_names=["*"], interval=0.05, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="demo-loading", excluded_queue_names=[],
    ).run()  # fmt: skip
