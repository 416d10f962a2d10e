"""Links by title between articles whose source is not known and all others; what waits already is asked again."""

from django.db import migrations

from archive.sql import drop_sql, run_sql

ASK_AGAIN = "UPDATE archive_articlelink SET title = title WHERE to_article_id IS NULL"


class Migration(migrations.Migration):
    dependencies = [("archive", "0010_search_names")]

    operations = [
        drop_sql("article_links_resolve_v1"),
        run_sql("article_links_resolve_v2"),
        migrations.RunSQL(ASK_AGAIN, reverse_sql=migrations.RunSQL.noop),
    ]
