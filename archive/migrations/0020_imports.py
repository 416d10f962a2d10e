"""Imports that are known by what they did, can go on where they stopped, and set aside what they cannot read."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups

make_groups = granting(
    "add_importrun",
    "change_importrun",
    "view_importrun",
    "view_importentry",
    "change_setasiderecord",
    "view_setasiderecord",
)


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0019_search_pairs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paths', models.JSONField(default=list, verbose_name='what is imported')),
                ('folder', models.CharField(blank=True, max_length=4096, verbose_name='folder')),
                ('arguments', models.JSONField(default=dict, verbose_name='options')),
                ('fingerprint', models.CharField(blank=True, help_text='The same for runs of the same paths and options.', max_length=64, verbose_name='fingerprint')),
                ('state', models.CharField(choices=[('waiting', 'waiting to begin'), ('running', 'under way'), ('stopped', 'stopped'), ('finished', 'finished'), ('failed', 'failed')], default='waiting', max_length=8, verbose_name='state')),
                ('stop_wanted', models.BooleanField(default=False, verbose_name='asked to stop')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='begun at')),
                ('seen_at', models.DateTimeField(blank=True, null=True, verbose_name='last seen at work')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('problem', models.JSONField(blank=True, help_text='Why it stopped: a code, and what its sentence names.', null=True, verbose_name='problem')),
                ('inputs_done', models.PositiveIntegerField(default=0, verbose_name='inputs read')),
                ('records_done', models.PositiveBigIntegerField(default=0, verbose_name='records read of the present input')),
                ('origin', models.CharField(blank=True, max_length=4096, verbose_name='present input')),
                ('bytes_done', models.PositiveBigIntegerField(default=0, verbose_name='bytes read')),
                ('bytes_total', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='bytes in all')),
                ('memory', models.JSONField(default=dict, help_text='Sources it made, and what it had learnt from.', verbose_name='what it has to remember')),
                ('created', models.PositiveBigIntegerField(default=0, verbose_name='records created')),
                ('updated', models.PositiveBigIntegerField(default=0, verbose_name='records updated')),
                ('unchanged', models.PositiveBigIntegerField(default=0, verbose_name='records unchanged')),
                ('skipped', models.PositiveBigIntegerField(default=0, verbose_name='inputs skipped')),
                ('failed', models.PositiveBigIntegerField(default=0, verbose_name='records failed')),
                ('notes', models.JSONField(default=list, help_text='What concerns no single record.', verbose_name='notes')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(max_length=9, verbose_name='outcome')),
                ('origin', models.CharField(max_length=5000, verbose_name='origin')),
                ('title', models.CharField(blank=True, max_length=500, verbose_name='title')),
                ('details', models.JSONField(default=dict, verbose_name='details')),
                ('article', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='archive.article', verbose_name='article')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='archive.importrun', verbose_name='import')),
            ],
            options={
                'verbose_name': 'record of an import',
                'verbose_name_plural': 'records of imports',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SetAsideRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=5000, verbose_name='origin')),
                ('file_name', models.CharField(blank=True, max_length=500, verbose_name='file name')),
                ('reader', models.CharField(blank=True, max_length=40, verbose_name='reader')),
                ('content_compressed', models.BinaryField(null=True, verbose_name='content')),
                ('size_bytes', models.PositiveBigIntegerField(default=0, verbose_name='size in bytes')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('code', models.CharField(max_length=40, verbose_name='reason')),
                ('values', models.JSONField(default=dict, verbose_name='what the reason names')),
                ('state', models.CharField(choices=[('waiting', 'set aside'), ('solved', 'imported since'), ('dismissed', 'left out by an editor')], default='waiting', max_length=9, verbose_name='state')),
                ('tries', models.PositiveIntegerField(default=1, verbose_name='tries')),
                ('set_aside_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='set aside at')),
                ('tried_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last tried at')),
                ('article', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='archive.article', verbose_name='article')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='set_aside', to='archive.importrun', verbose_name='import')),
            ],
            options={
                'verbose_name': 'record set aside',
                'verbose_name_plural': 'records set aside',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running', 'stopped'])), fields=['fingerprint'], name='import_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='importrun',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'stopped', 'finished', 'failed'])), name='import_state_known'),
        ),
        migrations.AddIndex(
            model_name='importentry',
            index=models.Index(fields=['run', 'outcome', 'id'], name='import_entry_outcome'),
        ),
        migrations.AddIndex(
            model_name='setasiderecord',
            index=models.Index(fields=['state', '-id'], name='set_aside_state'),
        ),
        migrations.AddConstraint(
            model_name='setasiderecord',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'solved', 'dismissed'])), name='set_aside_state_known'),
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
