"""Logging: one JSON object per line for machines, plain lines for a person at a terminal."""

from __future__ import annotations

from typing import Any


def logging_config(*, json: bool, level: str) -> dict[str, Any]:
    """Return Django's ``LOGGING``; everything goes to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
                "json_ensure_ascii": False,
            },
            "plain": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json" if json else "plain"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
            "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
            # Named here, or gunicorn writes to its own handler in its own format.
            "gunicorn.error": {"handlers": ["stderr"], "level": level, "propagate": False},
            "PIL": {"level": "WARNING"},
            "botocore": {"level": "WARNING"},
        },
    }
