"""What is taken out of a story, out of sight or out of the archive leaves neither its headline nor its date there."""

from django.db import migrations

from archive.sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("archive", "0062_long_story_titles")]

    operations = [run_sql("stories_left_v1")]
