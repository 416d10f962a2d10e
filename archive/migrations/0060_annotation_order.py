"""What is read out of texts goes with them, and what editors change is read first."""

from django.db import migrations, models

from archive.sql import replace_function, run_sql


class Migration(migrations.Migration):
    dependencies = [("archive", "0059_told_late")]

    operations = [
        migrations.AddField(
            "unannotatedarticle",
            "priority",
            models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddIndex(
            "unannotatedarticle", models.Index(fields=["priority", "id"], name="unannotated_article_order")
        ),
        run_sql("annotation_order_v1"),
        replace_function("annotations_due_v2", "annotations_due_v1", before="annotations_due_v1"),
    ]
