"""Skillweek (职教周): the platform that carries out a Vocational Education Activity Week."""

__version__ = "0.1.0"
