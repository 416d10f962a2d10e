"""Some words lose a particle that was taken for their own letter (وأكد); entries are made anew by it."""

from django.db import migrations

from archive.sql import replace_function

FILL = """
TRUNCATE archive_articlesearch;
SELECT article_search_write_v3(ARRAY(SELECT id FROM archive_article ORDER BY id));
SELECT search_statistics_v2();
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0016_search_names_sync")]

    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, reverse_sql=FILL),
        replace_function("arabic_kept_words_v3", "arabic_kept_words_v2", before="arabic_stems_v2"),
        migrations.RunSQL(FILL, reverse_sql=migrations.RunSQL.noop),
    ]
