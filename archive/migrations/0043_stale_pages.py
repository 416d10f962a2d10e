"""What caches in front are told is written down only where there are any."""

from django.db import migrations

from archive.sql import replace_function


class Migration(migrations.Migration):

    dependencies = [
        ('archive', "0042_announced_feeds"),
    ]

    operations = [
        replace_function('page_generations_v2', 'page_generation_v1', before='page_generations_v1'),
        migrations.RunSQL('DELETE FROM archive_stalepages', migrations.RunSQL.noop),
    ]
