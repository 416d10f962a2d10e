"""How much the archive holds of each month of a section is counted in an index alone."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("archive", "0067_name_changes_of_mentions")]

    operations = [
        AddIndexConcurrently(
            "article",
            models.Index(
                fields=["section", "listed_at", "date_precision"],
                name="article_section_holdings",
                condition=models.Q(status__in=["published", "scheduled"]),
            ),
        ),
    ]
