"""Entries of search with a code only where a level changes a word, written many at once; all are made anew."""

from django.db import migrations

from archive.sql import drop_function, run_sql

FILL = """
TRUNCATE archive_articlesearch;
SELECT article_search_write_v3(ARRAY(SELECT id FROM archive_article ORDER BY id));
SELECT search_statistics_v2();
"""

FILL_V2 = """
TRUNCATE archive_articlesearch;
INSERT INTO archive_articlesearch (article_id, vector, codes, length, keys, listed_at, visible_from)
SELECT article.id, index.vector, index.codes, index.length, article_keys_v2(article.id), article.listed_at,
    article_visible_from_v2(article.status, article.published_at)
FROM archive_article AS article, article_index_v2(title, kicker, summary, text) AS index;
SELECT search_statistics_v2();
"""

DROP_TRIGGER_V2 = "DROP TRIGGER article_search_sync_v2 ON archive_article"
TRIGGER_V2 = """
CREATE TRIGGER article_search_sync_v2
AFTER INSERT OR UPDATE OF title, kicker, summary, text, status, published_at, section_id, source_id ON archive_article
FOR EACH ROW EXECUTE FUNCTION article_search_sync_v2()
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0006_site_settings_latin")]

    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, reverse_sql=FILL_V2),
        migrations.RunSQL(DROP_TRIGGER_V2, reverse_sql=TRIGGER_V2),
        drop_function("article_search_sync_v2", "article_search_sync_v2()"),
        drop_function("article_index_v2", "article_index_v2(text, text, text, text)"),
        drop_function("arabic_stems_v2", "arabic_stems_v2(text)"),
        drop_function("arabic_stems_v2", "arabic_forms_v2(text)"),
        drop_function("arabic_stems_v2", "arabic_without_suffixes_v2(text)"),
        run_sql("arabic_stems_v3"),
        run_sql("article_entries_v3"),
        run_sql("article_search_sync_v3"),
        migrations.RunSQL(FILL, reverse_sql=migrations.RunSQL.noop),
    ]
