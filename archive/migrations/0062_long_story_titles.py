"""A story may be called by any headline, however long."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0061_mention_decisions")]

    operations = [
        migrations.AlterField("story", "title", models.CharField(blank=True, max_length=500, verbose_name="title")),
    ]
