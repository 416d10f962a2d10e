"""What changes names is noted, so that a process knows at once whether those it has are still the archive's."""

from django.db import migrations, models

from archive.sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("archive", "0039_statistics")]

    operations = [
        migrations.CreateModel(
            name="NameChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={"verbose_name": "change of names", "verbose_name_plural": "changes of names"},
        ),
        run_sql("name_changes_v1"),
    ]
