"""Articles in which an editor decided about a mention are read again."""

from django.db import migrations

from archive.sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("archive", "0060_annotation_order")]

    operations = [run_sql("mention_decisions_v1")]
