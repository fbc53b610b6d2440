"""A call knows that it was closed while it is taken down."""

from django.db import migrations, models
from django.db.models import F


def tell_closed(apps, schema_editor):
    apps.get_model("contests", "Call").objects.filter(state="closed").update(closed_at=F("updated_at"))


class Migration(migrations.Migration):
    dependencies = [("contests", "0001_initial")]

    operations = [
        migrations.AddField("call", "closed_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(tell_closed, migrations.RunPython.noop),
    ]
