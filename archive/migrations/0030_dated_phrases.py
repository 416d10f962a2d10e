"""Dates in texts, and which days they name."""

import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0029_quotations'),
    ]

    operations = [
        migrations.CreateModel(
            name='DatedPhrase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField(verbose_name='start')),
                ('end', models.PositiveIntegerField(verbose_name='end')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(verbose_name='last day')),
                ('is_ahead', models.BooleanField(default=False, verbose_name='still to come')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dated_phrases', to='archive.article', verbose_name='article')),
            ],
            options={
                'verbose_name': 'date in a text',
                'verbose_name_plural': 'dates in texts',
                'ordering': ['article', 'start'],
                'indexes': [django.contrib.postgres.indexes.GistIndex(models.Func(models.F('first_day'), models.F('last_day'), models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), condition=models.Q(('is_ahead', True)), name='dated_phrase_ahead')],
                'constraints': [models.UniqueConstraint(fields=('article', 'start'), name='dated_phrase_once'), models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='dated_phrase_offsets_in_order'), models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='dated_phrase_days_in_order')],
            },
        ),
    ]
