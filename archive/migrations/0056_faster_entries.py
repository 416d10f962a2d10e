"""Entries and words of search are written in less time; they stay what they were."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

from archive.sql import replace_function


class Migration(migrations.Migration):
    dependencies = [("archive", "0055_whatsapp_message_digests")]

    operations = [
        replace_function("article_pairs_v2", "article_pairs_v1", before="article_pairs_v1"),
        replace_function("article_search_rows_v4", "article_search_rows_v3", before="article_search_sync_v3"),
        migrations.RunSQL(
            "ALTER INDEX search_word_neighbours SET (fastupdate = on)",
            reverse_sql="ALTER INDEX search_word_neighbours SET (fastupdate = off)",
            state_operations=[
                migrations.RemoveIndex("searchword", "search_word_neighbours"),
                migrations.AddIndex(
                    "searchword",
                    GinIndex(
                        OpClass(
                            models.Func(
                                models.F("folded"),
                                function="search_neighbours_v1",
                                output_field=ArrayField(models.IntegerField()),
                            ),
                            "gin__int_ops",
                        ),
                        name="search_word_neighbours",
                        fastupdate=True,
                    ),
                ),
            ],
        ),
    ]
