"""The full-text index beside the documents: what the two databases have of their own. See ADR 0110.

A later change of the documents' table on SQLite leaves ``search_index`` alone; after one on either database,
``rebuild_search`` brings both in step.
"""

from django.db import migrations

_SQLITE = [
    """CREATE VIRTUAL TABLE search_index USING fts5(
        title, keywords, body, grams, tokenize = "unicode61 remove_diacritics 0")""",
]
_POSTGRESQL = [
    "ALTER TABLE search_document ADD COLUMN vector tsvector, ADD COLUMN head tsvector",
    # Long texts and vectors lie apart, so that counting and ranking thousands of rows reads few pages.
    "ALTER TABLE search_document SET (toast_tuple_target = 256)",
    # Without statistics the planner takes every word for a rare one and always uses the index. For a word of most
    # documents it would choose to read the table instead, and does not know what unpacking each vector costs.
    "ALTER TABLE search_document ALTER COLUMN vector SET STATISTICS 0",
    # Without a list of pending entries, which every search would read through and the planner shies away from.
    "CREATE INDEX search_document_vector ON search_document USING gin (vector) WITH (fastupdate = off)",
]


def make(apps, schema_editor):
    statements = _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE
    for statement in statements:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_document DROP COLUMN vector, DROP COLUMN head")
    else:
        schema_editor.execute("DROP TABLE search_index")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(make, unmake)]
