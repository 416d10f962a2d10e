"""Names as one may begin to type them, and indexes of words and names by how popular they are: for completion."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from archive.sql import run_sql

FILL = """
INSERT INTO archive_searchname (alias_id, turned, article_count)
SELECT id, turned, 0 FROM archive_alias, name_turns_v1(key) AS turned;
SELECT search_names_count_v1();
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0009_search_editing")]

    operations = [
        migrations.CreateModel(
            name="SearchName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "alias",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="archive.alias"
                    ),
                ),
                ("turned", models.TextField()),
                ("article_count", models.IntegerField(default=0)),
            ],
            options={"verbose_name": "name as typed", "verbose_name_plural": "names as typed"},
        ),
        run_sql("search_names_v1"),
        migrations.RunSQL(FILL, reverse_sql=migrations.RunSQL.noop),
        # Constraints that wait for the end of the transaction would keep the indexes from being made in it.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="searchname",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(models.F("turned"), "text_pattern_ops"),
                name="search_name_turned",
            ),
        ),
        migrations.AddIndex(
            model_name="searchname",
            index=models.Index(fields=["-article_count"], include=["turned", "alias"], name="search_name_popular"),
        ),
        migrations.AddIndex(
            model_name="searchword",
            index=models.Index(fields=["-article_count"], include=["folded", "spelling"], name="search_word_popular"),
        ),
    ]
