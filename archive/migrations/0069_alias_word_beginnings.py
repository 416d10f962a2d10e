"""Names are found by the beginnings of their words in an index."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("archive", "0068_section_holdings")]

    operations = [
        AddIndexConcurrently(
            "alias",
            GinIndex(SearchVector("key", config="simple"), name="alias_word_beginnings", fastupdate=False),
        ),
    ]
