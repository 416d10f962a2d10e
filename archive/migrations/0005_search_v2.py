"""Search by several levels of each word: the entry beside an article, the triggers that write it, counted words.

The old entries are thrown away and made again from the articles, a few hundred a second.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

from archive.sql import drop_sql, run_sql, statement

# Readers of many entries at once seldom want their vectors and codes: those stand apart, as they are, and the rest of
# an entry is narrow.
STORAGE = """
ALTER TABLE archive_articlesearch SET (toast_tuple_target = 128);
ALTER TABLE archive_articlesearch ALTER COLUMN vector SET STORAGE EXTERNAL;
ALTER TABLE archive_articlesearch ALTER COLUMN codes SET STORAGE EXTERNAL;
ALTER TABLE archive_articlesearch ALTER COLUMN keys SET STORAGE MAIN;
"""

FILL = """
INSERT INTO archive_articlesearch (article_id, vector, codes, length, keys, listed_at, visible_from)
SELECT article.id, index.vector, index.codes, index.length, article_keys_v2(article.id), article.listed_at,
    article_visible_from_v2(article.status, article.published_at)
FROM archive_article AS article, article_index_v2(title, kicker, summary, text) AS index;
SELECT search_statistics_v2();
"""

FILL_V1 = """
INSERT INTO archive_articlesearch (article_id, vector)
SELECT id, article_vector_v1(title, kicker, summary, text) FROM archive_article;
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0004_tagline_latin")]

    operations = [
        CreateExtension("intarray"),
        migrations.RunSQL(migrations.RunSQL.noop, reverse_sql=FILL_V1),
        drop_sql("article_search_sync_v1"),
        migrations.DeleteModel("ArticleSearch"),
        drop_sql("article_vector_v1"),
        drop_sql("arabic_stems_v1"),
        # It gives arabic_fold_v1 a faster body; on the way back that is what it was.
        migrations.RunSQL(
            statement("arabic_letters_v2"),
            reverse_sql=[
                statement("arabic_fold_v1").replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
                statement("arabic_letters_v2.drop"),
            ],
        ),
        run_sql("arabic_stems_v2"),
        run_sql("article_index_v2"),
        migrations.CreateModel(
            name="ArticleSearch",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="archive.article",
                    ),
                ),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                ("codes", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("length", models.IntegerField()),
                ("keys", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("listed_at", models.DateTimeField()),
                ("visible_from", models.DateTimeField(null=True)),
            ],
            options={"verbose_name": "search entry", "verbose_name_plural": "search entries"},
        ),
        migrations.CreateModel(
            name="SearchTerm",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("article_count", models.IntegerField()),
                (
                    "tier_counts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(null=True), size=7),
                ),
            ],
            options={"verbose_name": "search term", "verbose_name_plural": "search terms"},
        ),
        migrations.CreateModel(
            name="SearchStatistics",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("article_count", models.IntegerField()),
                ("average_length", models.FloatField()),
                ("months", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("month_counts", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "search statistics",
                "verbose_name_plural": "search statistics",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="search_statistics_single")],
            },
        ),
        migrations.RunSQL(STORAGE, reverse_sql=migrations.RunSQL.noop),
        run_sql("article_search_sync_v2"),
        run_sql("search_statistics_v2"),
        migrations.RunSQL(FILL, reverse_sql=migrations.RunSQL.noop),
        # Constraints that wait for the end of the transaction would keep the index from being made in it.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="articlesearch",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["vector", "keys"], name="search_vector_keys"
            ),
        ),
    ]
