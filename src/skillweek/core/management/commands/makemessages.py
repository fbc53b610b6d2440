"""Collect texts for translation, without guesses: a text that changed is translated anew by a person."""

from __future__ import annotations

from django.core.management.commands.makemessages import Command as Makemessages


class Command(Makemessages):
    """Django's own command; a missing translation stays empty instead of taking over that of a similar text."""

    msgmerge_options = [*Makemessages.msgmerge_options, "--no-fuzzy-matching"]
