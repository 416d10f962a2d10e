"""Many names are written in a time that grows with their number, and not with its square."""

from django.db import migrations

from archive.sql import replace_function


class Migration(migrations.Migration):
    dependencies = [("archive", "0015_descriptions_latin")]

    operations = [
        replace_function("search_names_sync_v2", "search_names_sync_v1", before="search_names_v1"),
    ]
