"""Pairs stand apart from the row, as vectors and codes do: shorter rows are closer together, and the index of where they
are a fifteenth smaller. What is there is moved when it is written anew (`rebuild_search`)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("archive", "0022_feeds")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE archive_articlesearch ALTER pairs SET STORAGE EXTERNAL",
            reverse_sql="ALTER TABLE archive_articlesearch ALTER pairs SET STORAGE MAIN",
        ),
    ]
