"""Editors name other places where articles can be shared."""

from django.db import migrations, models

import archive.models.site


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0056_faster_entries'),
    ]

    operations = [
        migrations.AddField(
            model_name='sitesettings',
            name='own_share_targets',
            field=models.TextField(
                blank=True,
                db_default='',
                default='',
                help_text='One a line, in the order in which they are shown: a name, and an address with {url}, and {title} where it takes one. For example: LinkedIn https://www.linkedin.com/sharing/share-offsite/?url={url}',
                validators=[archive.models.site.validate_share_targets],
                verbose_name='other places where articles can be shared',
            ),
        ),
    ]
