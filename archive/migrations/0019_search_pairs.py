"""Search keeps which common stems stand beside each other, for phrases of common words; derived from each entry."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from archive.sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("archive", "0018_link_and_zone_checks")]

    operations = [
        run_sql("article_pairs_v1"),
        migrations.RemoveIndex("articlesearch", "search_vector_keys"),
        migrations.AddField(
            "articlesearch",
            "pairs",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("vector"), function="article_pairs_v1"),
                output_field=django.contrib.postgres.fields.ArrayField(models.SmallIntegerField()),
            ),
        ),
        # Beside the rest of a row: it is read again of every article that may have a phrase.
        migrations.RunSQL(
            "ALTER TABLE archive_articlesearch ALTER pairs SET STORAGE MAIN", reverse_sql=migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            "articlesearch",
            django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["vector", "keys", "pairs"], name="search_vector_keys_pairs"
            ),
        ),
    ]
