"""A ballot knows in which state what it belongs to left it when that was taken down."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voting", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="ballot",
            name="state_before",
            field=models.CharField(
                blank=True,
                choices=[
                    ("draft", "草稿"), ("submitted", "待审核"), ("returned", "已退回"), ("published", "已公开"),
                    ("closed", "投票已结束"), ("announced", "结果已公布"), ("down", "已下架"),
                ],
                default="",
                max_length=10,
            ),
        ),
    ]  # fmt: skip
