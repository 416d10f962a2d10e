"""Where readers can send articles, by the editors' choice."""

import archive.models.site
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0044_subscriptions'),
    ]

    operations = [
        migrations.AddField(
            model_name='sitesettings',
            name='share_targets',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('whatsapp', 'WhatsApp'), ('telegram', 'Telegram'), ('x', 'X'), ('facebook', 'Facebook'), ('email', 'E-mail')], max_length=10), blank=True, default=archive.models.site.all_share_targets, size=None, verbose_name='where articles can be shared'),
        ),
    ]
