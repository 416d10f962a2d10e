"""Copies of one text, and the keys by which they are looked for; `find_copies` finds those of older articles."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups

make_groups = granting(
    "change_articlecopy",
    "view_articlecopy",
)


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0020_imports'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArticleCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('likeness', models.FloatField(default=1, verbose_name='likeness')),
                ('refused', models.BooleanField(default=False, help_text='Readers do not see it among the copies, and it is not found again.', verbose_name='is no copy')),
            ],
            options={
                'verbose_name': 'copy',
                'verbose_name_plural': 'copies',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ArticleShingle',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'article_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.BigIntegerField(verbose_name='key')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.article', verbose_name='article')),
            ],
            options={
                'verbose_name': 'key of copies',
                'verbose_name_plural': 'keys of copies',
            },
        ),
        migrations.CreateModel(
            name='CopyGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'copies of one text',
                'verbose_name_plural': 'copies of one text',
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='setasiderecord',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['sha256'], name='set_aside_waiting'),
        ),
        migrations.AddField(
            model_name='articlecopy',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='archive.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='articlecopy',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='archive.copygroup', verbose_name='copies of one text'),
        ),
        migrations.AddConstraint(
            model_name='articlecopy',
            constraint=models.UniqueConstraint(fields=('group', 'article'), name='copy_once_in_group'),
        ),
        migrations.AddConstraint(
            model_name='articlecopy',
            constraint=models.UniqueConstraint(condition=models.Q(('refused', False)), fields=('article',), name='copy_in_one_group'),
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
