"""The words of the articles that readers may see, for completion and spelling."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

from archive.sql import run_sql

FILL = """
INSERT INTO archive_unlearnedarticle (article_id, is_counted) SELECT article_id, true FROM archive_articlesearch;
SELECT search_statistics_v2();
SELECT search_words_v1();
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0007_search_v3")]

    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("spelling", models.TextField()),
                ("folded", models.TextField()),
                ("article_count", models.IntegerField()),
            ],
            options={
                "verbose_name": "search word",
                "verbose_name_plural": "search words",
                "constraints": [models.UniqueConstraint(fields=("spelling",), name="search_word_spelling")],
            },
        ),
        migrations.CreateModel(
            name="UnlearnedArticle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("article_id", models.BigIntegerField()),
                ("is_counted", models.BooleanField()),
            ],
            options={"verbose_name": "unlearned article", "verbose_name_plural": "unlearned articles"},
        ),
        run_sql("search_words_v1"),
        run_sql("search_neighbours_v1"),
        migrations.RunSQL(FILL, reverse_sql=migrations.RunSQL.noop),
        # Constraints that wait for the end of the transaction would keep the indexes from being made in it.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="searchword",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(models.F("folded"), "text_pattern_ops"),
                name="search_word_folded",
            ),
        ),
        migrations.AddIndex(
            model_name="searchword",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.Func(
                        models.F("folded"),
                        function="search_neighbours_v1",
                        output_field=django.contrib.postgres.fields.ArrayField(models.IntegerField()),
                    ),
                    "gin__int_ops",
                ),
                name="search_word_neighbours",
                fastupdate=False,
            ),
        ),
    ]
