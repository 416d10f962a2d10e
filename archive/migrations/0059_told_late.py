"""What is told of an article after it came out: by searches that find it later, for names and a story it is given."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0058_subscriber_absorbed")]

    operations = [
        migrations.AddField("searchmatch", "found_at", models.DateTimeField(null=True)),
        migrations.AddField("announcement", "entities", ArrayField(models.BigIntegerField(), null=True)),
        migrations.AddField("announcement", "stories", ArrayField(models.BigIntegerField(), null=True)),
    ]
