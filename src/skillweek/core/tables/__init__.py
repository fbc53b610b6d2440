"""Tables that people upload: read, looked at row by row, entered exactly as shown; and workbooks written (ADR 0220).

A room says its columns (``reading.Layout``), what becomes of a row (``plan.Outcome``), how rows are entered, and the
words of its pages (``pages.TablePages``).
"""
