"""Quotations: who said what."""

import archive.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups

make_groups = granting("change_quotation", "delete_quotation", "view_quotation")


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0028_name_decisions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Quotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField(verbose_name='start')),
                ('end', models.PositiveIntegerField(verbose_name='end')),
                ('text', models.TextField(verbose_name='words')),
                ('kind', models.CharField(choices=[('direct', 'direct'), ('reported', 'reported')], max_length=8, verbose_name='kind')),
                ('speaker_text', models.CharField(blank=True, max_length=200, verbose_name='speaker in the article’s words')),
                ('speaker_start', models.PositiveIntegerField(blank=True, null=True, verbose_name='start of the speaker’s words')),
                ('speaker_end', models.PositiveIntegerField(blank=True, null=True, verbose_name='end of the speaker’s words')),
                ('source_kind', models.CharField(blank=True, choices=[('source', 'a source'), ('informed', 'an informed source'), ('official', 'an official'), ('diplomat', 'a diplomat'), ('security', 'a security source'), ('witness', 'an eyewitness'), ('activist', 'an activist'), ('expert', 'an expert'), ('agency', 'a news outlet'), ('document', 'a document')], max_length=8, verbose_name='kind of source')),
                ('verb', models.CharField(blank=True, max_length=40, verbose_name='verb')),
                ('confirmed', models.BooleanField(blank=True, help_text='Yes or no once an editor has decided; a refused quotation is never shown or found again.', null=True, verbose_name='confirmed')),
                ('listed_at', models.DateTimeField(editable=False, verbose_name='place in lists by date')),
                ('stems', archive.models.fields.StemArrayField(base_field=models.TextField(), blank=True, editable=False, size=None, source='text')),
                ('speaker_stems', archive.models.fields.StemArrayField(base_field=models.TextField(), blank=True, editable=False, size=None, source='speaker_text')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quotations', to='archive.article', verbose_name='article')),
                ('speaker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='quotations', to='archive.entity', verbose_name='speaker')),
            ],
            options={
                'verbose_name': 'quotation',
                'verbose_name_plural': 'quotations',
                'ordering': ['article', 'start'],
                'indexes': [models.Index(models.OrderBy(models.F('listed_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='quotation_listed'), models.Index(models.F('speaker'), models.OrderBy(models.F('listed_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='quotation_speaker_listed'), django.contrib.postgres.indexes.GinIndex(fields=['stems'], name='quotation_stems'), django.contrib.postgres.indexes.GinIndex(fields=['speaker_stems'], name='quotation_speaker_stems')],
                'constraints': [models.UniqueConstraint(fields=('article', 'start'), name='quotation_once'), models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='quotation_offsets_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('speaker_end', None), ('speaker_start', None)), models.Q(('speaker_end__gt', models.F('speaker_start')), ('speaker_end__isnull', False), ('speaker_start__isnull', False)), _connector='OR'), name='quotation_speaker_in_order')],
            },
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
