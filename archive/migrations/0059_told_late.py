"""What is told of an article after it came out: by searches that find it later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0058_subscriber_absorbed")]

    operations = [
        migrations.AddField("searchmatch", "found_at", models.DateTimeField(null=True)),
    ]
