"""When an article was given a name or a story after it had come out, for the digests that are to tell it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0065_facts_revised_before")]

    operations = [
        migrations.CreateModel(
            name="LatePlacing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=10)),
                ("target", models.BigIntegerField()),
                ("placed_at", models.DateTimeField()),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="archive.article",
                    ),
                ),
            ],
            options={
                "verbose_name": "name or story that an article was given late",
                "verbose_name_plural": "names and stories that articles were given late",
                "constraints": [
                    models.UniqueConstraint(fields=("article", "what", "target"), name="late_placing_once")
                ],
            },
        ),
    ]
