"""Words are counted in half the time."""

from django.db import migrations

from archive.sql import replace_function


class Migration(migrations.Migration):
    dependencies = [("archive", "0013_search_particles")]

    operations = [
        replace_function("search_statistics_v3", "search_statistics_v2", before="search_statistics_v2"),
    ]
