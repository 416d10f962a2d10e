"""What the hub was told of an article names the feeds, so that it is told of those the article comes into later."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0041_sitemap_by_revision")]

    operations = [
        migrations.AddField(
            model_name="hubannouncement",
            name="feeds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), default=list, size=None
            ),
        ),
    ]
