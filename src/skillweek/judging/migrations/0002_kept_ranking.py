"""Closed panels keep the whole ranking; addresses of handed-over works lose the key that never ended."""

from django.db import migrations, models
from django.db.models import Q


def drop_keys(apps, schema_editor):
    work = apps.get_model("judging", "Work")
    rows = work.objects.filter(Q(image_url__contains="?jury=") | Q(url__contains="?jury=")).exclude(source_key="")
    for row in rows.iterator():
        row.image_url = row.image_url.partition("?jury=")[0]
        row.url = row.url.partition("?jury=")[0]
        row.save(update_fields=["image_url", "url"])


class Migration(migrations.Migration):
    dependencies = [("judging", "0001_initial")]

    operations = [
        migrations.AddField("work", "final_mean", models.DecimalField(decimal_places=2, max_digits=7, null=True, blank=True)),
        migrations.AddField("work", "final_jurors", models.PositiveIntegerField(default=0)),
        migrations.AddField("work", "final_expected", models.PositiveIntegerField(default=0)),
        migrations.RunPython(drop_keys, migrations.RunPython.noop),
    ]
