from typing import Any

from django.db import migrations, models
from django.db.models.functions import Left


def shorten(apps: Any, schema_editor: Any) -> None:
    """Tables waiting to be confirmed hold rows of another shape: they are uploaded again."""
    uploads = apps.get_model("partnerships", "MajorUpload").objects
    uploads.filter(confirmed_at=None).delete()
    uploads.update(name=Left("name", 200))


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0001_initial")]

    operations = [
        migrations.RunPython(shorten, migrations.RunPython.noop, elidable=True),
        migrations.AlterModelOptions("majorupload", {"ordering": ["-created_at"]}),
        migrations.RemoveField("majorupload", "updated_at"),
        migrations.AlterField("majorupload", "created_at", models.DateTimeField(auto_now_add=True)),
        migrations.AlterField("majorupload", "name", models.CharField(max_length=200, verbose_name="文件名")),
    ]
