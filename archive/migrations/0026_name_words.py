"""Words of names with the keys of how they sound, and indexes by which names with a word are found."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import F, Func, Value

from archive.sql import run_sql

# They wait to be sounded: the worker does that, or `sound_names`.
FILL = """
INSERT INTO archive_nameword (word, keys, rules, name_count)
SELECT DISTINCT split_part(turned, ' ', 1), '{}'::text[], 0, 0 FROM archive_searchname
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0025_starter_list")]

    operations = [
        migrations.CreateModel(
            name="NameWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.TextField()),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("rules", models.SmallIntegerField(default=0)),
                ("name_count", models.IntegerField(default=0)),
            ],
            options={"verbose_name": "word of names", "verbose_name_plural": "words of names"},
        ),
        migrations.RunSQL(FILL, reverse_sql=migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="nameword", index=models.Index(fields=["word"], name="name_word_word")
        ),
        migrations.AddIndex(
            model_name="nameword", index=models.Index(fields=["rules"], name="name_word_rules")
        ),
        migrations.AddIndex(
            model_name="nameword",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["keys"], name="name_word_keys", fastupdate=False
            ),
        ),
        migrations.AddIndex(
            model_name="searchname",
            index=models.Index(
                Func(F("turned"), Value(" "), Value(1), function="split_part"),
                F("article_count").desc(),
                Func(F("turned"), function="length"),
                name="search_name_leading",
            ),
        ),
        migrations.AddIndex(
            model_name="alias",
            index=django.contrib.postgres.indexes.GinIndex(
                Func(
                    F("key"),
                    Value(" "),
                    function="string_to_array",
                    output_field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                name="alias_words",
                fastupdate=False,
            ),
        ),
        run_sql("name_words_v1"),
    ]
