"""Feeds that the archive follows, and the right of editors to say which."""

import archive.models.addresses
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups

make_groups = granting(
    "add_feed",
    "change_feed",
    "delete_feed",
    "view_feed",
)


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0021_copies'),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=500, unique=True, validators=[archive.models.addresses.validate_web_address], verbose_name='web address')),
                ('interval_minutes', models.PositiveIntegerField(default=60, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(10080)], verbose_name='fetched every … minutes')),
                ('active', models.BooleanField(default=True, verbose_name='followed')),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next visit')),
                ('fetched_at', models.DateTimeField(blank=True, null=True, verbose_name='last visit')),
                ('changed_at', models.DateTimeField(blank=True, null=True, verbose_name='last news')),
                ('etag', models.CharField(blank=True, max_length=500, verbose_name='ETag')),
                ('last_modified', models.CharField(blank=True, max_length=100, verbose_name='Last-Modified')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='digest')),
                ('counts', models.JSONField(default=dict, verbose_name='what became of the records')),
                ('problem', models.JSONField(blank=True, null=True, verbose_name='problem')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
                ('section', models.ForeignKey(blank=True, help_text='Of articles that name none.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='archive.section', verbose_name='section')),
                ('source', models.ForeignKey(blank=True, help_text='Of all its articles; as each of them says when left empty.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to='archive.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'feed',
                'verbose_name_plural': 'feeds',
                'ordering': ['url'],
                'indexes': [models.Index(condition=models.Q(('active', True)), fields=['next_at'], name='feed_due')],
            },
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
