"""By other indexes nothing that begins so is looked for any more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("archive", "0071_name_popularity")]

    operations = [
        migrations.RemoveIndex("searchword", "search_word_popular"),
        migrations.RemoveIndex("searchname", "search_name_popular"),
        migrations.RemoveIndex("searchname", "search_name_turned"),
    ]
