"""The sitemap says when readers last saw an article change, not when anything was done to its row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0040_name_changes")]

    operations = [
        migrations.RemoveIndex("article", "article_sitemap"),
        migrations.AddIndex(
            "article",
            models.Index(
                fields=["id"],
                include=["revised_at", "created_at", "status", "listed_at"],
                name="article_sitemap",
                condition=models.Q(status__in=["published", "scheduled"], noindex=False),
            ),
        ),
    ]
