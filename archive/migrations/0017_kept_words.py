"""Some words lose a particle that was taken for their own letter (وأكد); the entries of their articles are made anew."""

from django.db import migrations

from archive.sql import replace_function

WORDS = "بيلي بدون وانك واكد باسمه وانهم فانك وانه"
"""Those that kept_words_v3.txt has no more."""

FILL_THEIRS = f"""
SELECT article_search_write_v3(ARRAY(
    SELECT article_id FROM archive_articlesearch WHERE codes && ARRAY(
        SELECT search_term_v2(level, word) << 3 | count
        FROM unnest(string_to_array('{WORDS}', ' ')) AS word, unnest('{{x,e,p,s}}'::text[]) AS level,
            generate_series(0, 7) AS count)
    ORDER BY article_id))
"""
FILL_ALL = """
TRUNCATE archive_articlesearch;
SELECT article_search_write_v3(ARRAY(SELECT id FROM archive_article ORDER BY id));
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0016_search_names_sync")]

    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, reverse_sql=FILL_ALL),
        replace_function("arabic_kept_words_v3", "arabic_kept_words_v2", before="arabic_stems_v2"),
        migrations.RunSQL(FILL_THEIRS, reverse_sql=migrations.RunSQL.noop),
    ]
