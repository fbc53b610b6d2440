"""The verbs of organisations and people (A5, A6)."""
