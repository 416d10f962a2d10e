"""Who took another's place is found by the number of that one."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0057_own_share_targets")]

    operations = [
        migrations.AddIndex(
            "subscriber",
            GinIndex(
                models.F("channel_data__absorbed"),
                name="subscriber_absorbed",
                condition=models.Q(channel_data__has_key="absorbed"),
            ),
        ),
    ]
