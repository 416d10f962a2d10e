"""A change of an article's date, source, section or original address is a revision, as one of its texts is."""

from django.db import migrations

from archive.sql import drop_sql, run_sql


class Migration(migrations.Migration):
    beside_old_code = "What is dropped is a trigger's function, for which no program asks by name."

    dependencies = [("archive", "0063_stories_left")]

    operations = [drop_sql("article_revised_v1"), run_sql("article_revised_v2")]
