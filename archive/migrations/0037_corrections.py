"""Notices of correction, with their history."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups
from archive.migrations._watching import watch

make_groups = granting("add_correction", "change_correction", "delete_correction", "view_correction")


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0036_revisions'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(help_text='What was wrong and what is right, in a sentence or two. Readers see it above the text.', verbose_name='text of the correction')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='corrected at')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='archive.article', verbose_name='article')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CorrectionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('text', models.TextField(help_text='What was wrong and what is right, in a sentence or two. Readers see it above the text.', verbose_name='text of the correction')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='corrected at')),
                ('article', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='archive.article', verbose_name='article')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='archive.correction')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='correction_text_present'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "archive_correctionevent" ("article_id", "id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (OLD."article_id", OLD."id", OLD."made_at", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."text"); RETURN NULL;', hash='a6226a62f45ff6e7f464b33b124455c3047c72bc', operation='UPDATE', pgid='pgtrigger_update_update_a5305', table='archive_correction', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='correction',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "archive_correctionevent" ("article_id", "id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") VALUES (OLD."article_id", OLD."id", OLD."made_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."text"); RETURN NULL;', hash='25eac52289a13fc337fe86324adb98ec03883660', operation='DELETE', pgid='pgtrigger_delete_delete_ee522', table='archive_correction', when='AFTER')),
        ),
        migrations.RunPython(make_groups, remove_groups),
        watch("archive_correction", "articles", "article:article_id"),
    ]
