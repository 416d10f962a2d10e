"""What is told of an article after it came out; and copies that an editor has looked at."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0058_subscriber_absorbed")]

    operations = [
        migrations.AddField("searchmatch", "found_at", models.DateTimeField(null=True)),
        migrations.AddField("announcement", "entities", ArrayField(models.BigIntegerField(), null=True)),
        migrations.AddField("announcement", "stories", ArrayField(models.BigIntegerField(), null=True)),
        migrations.AddField(
            "articlecopy",
            "confirmed",
            models.BooleanField(
                "is a copy",
                default=False,
                db_default=False,
                help_text="It is no longer among the near copies that wait for an editor.",
            ),
        ),
    ]
