"""و and ف before ب and ل come off words; entries are made anew by it."""

from django.db import migrations

from archive.sql import replace_function

FILL = """
TRUNCATE archive_articlesearch;
SELECT article_search_write_v3(ARRAY(SELECT id FROM archive_article ORDER BY id));
SELECT search_statistics_v2();
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0012_banner_latin")]

    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, reverse_sql=FILL),
        replace_function("arabic_forms_v4", "arabic_forms_v3", before="arabic_stems_v3"),
        migrations.RunSQL(FILL, reverse_sql=migrations.RunSQL.noop),
    ]
