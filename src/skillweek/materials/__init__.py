"""The one judge of material (C2–C5, C7, C14): probe a file, measure it, judge it, explain.

Pure Python: no Django, no database, no network. Used by the command line, the server and, as a
generated rule file, by the phone's pre-check.
"""
