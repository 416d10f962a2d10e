"""The most popular names that begin so are found in one index, however many begin so."""

from django.contrib.postgres.indexes import OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("archive", "0070_word_popularity")]

    operations = [
        AddIndexConcurrently(
            "searchname",
            models.Index(
                models.Func(models.F("article_count"), template="floor(ln(%(expressions)s + 1) / ln(4))"),
                OpClass(models.F("turned"), name="text_pattern_ops"),
                include=("article_count", "alias"),
                name="search_name_popularity",
            ),
        ),
    ]
