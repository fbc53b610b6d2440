"""Keep the short vector of title and keywords in its row: ranking thousands of matches fetched each from apart (B7)."""

from django.db import migrations

_POSTGRESQL = [
    "ALTER TABLE search_document ALTER COLUMN head SET STORAGE MAIN",
    # Written anew, for what lies apart already stays there.
    "UPDATE search_document SET head = head::text::tsvector WHERE head IS NOT NULL",
]


def keep_in_rows(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in _POSTGRESQL:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_index")]
    operations = [migrations.RunPython(keep_in_rows, migrations.RunPython.noop)]
