"""Activities as a table: its columns, reading what people upload, template and export (B3)."""
