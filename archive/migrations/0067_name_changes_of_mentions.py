"""What editors decide about mentions counts for whether a homograph is a name wherever it stands."""

from django.db import migrations

from archive.sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("archive", "0066_late_placings")]

    operations = [run_sql("name_changes_of_mentions_v1")]
