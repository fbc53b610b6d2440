"""The roster as a file: its columns, reading what people upload, writing template and export (A6)."""
