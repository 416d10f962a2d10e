"""Proposals of names, names that are refused, which articles wait to be read, and where places lie."""

import archive.models.article
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups
from archive.sql import run_sql


make_groups = granting(
    "change_nameproposal",
    "view_nameproposal",
    "add_refusedname",
    "change_refusedname",
    "delete_refusedname",
    "view_refusedname",
)

WAIT = "INSERT INTO archive_unannotatedarticle (article_id) SELECT id FROM archive_article"


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0023_search_pairs_apart'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NameProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField(null=True, verbose_name='start')),
                ('end', models.PositiveIntegerField(null=True, verbose_name='end')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('key', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Left(archive.models.article.FoldedWords('name'), 200), output_field=models.TextField())),
                ('kind', models.CharField(choices=[('person', 'person'), ('organisation', 'organisation'), ('place', 'place'), ('event', 'event')], max_length=12, verbose_name='kind')),
                ('reason', models.CharField(choices=[('unknown', 'seems a name'), ('homograph', 'also an ordinary word'), ('shared', 'name of several')], max_length=9, verbose_name='reason')),
                ('confidence', models.FloatField(help_text='From 0 to 1.', verbose_name='confidence')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('accepted', 'accepted'), ('rejected', 'rejected')], default='waiting', max_length=8, verbose_name='state')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
            ],
            options={
                'verbose_name': 'proposed name',
                'verbose_name_plural': 'proposed names',
                'ordering': ['-confidence', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RefusedName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('key', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Left(archive.models.article.FoldedWords('name'), 200), output_field=models.TextField())),
                ('refused_at', models.DateTimeField(auto_now_add=True, verbose_name='refused at')),
            ],
            options={
                'verbose_name': 'refused name',
                'verbose_name_plural': 'refused names',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='UnannotatedArticle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article_id', models.BigIntegerField()),
            ],
            options={
                'verbose_name': 'unread article',
                'verbose_name_plural': 'unread articles',
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='entity',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='entity',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='entity',
            name='latitude',
            field=models.FloatField(blank=True, help_text='In degrees, north of the equator.', null=True, verbose_name='latitude'),
        ),
        migrations.AddField(
            model_name='entity',
            name='longitude',
            field=models.FloatField(blank=True, help_text='In degrees, east of Greenwich.', null=True, verbose_name='longitude'),
        ),
        migrations.AddField(
            model_name='entityevent',
            name='latitude',
            field=models.FloatField(blank=True, help_text='In degrees, north of the equator.', null=True, verbose_name='latitude'),
        ),
        migrations.AddField(
            model_name='entityevent',
            name='longitude',
            field=models.FloatField(blank=True, help_text='In degrees, east of Greenwich.', null=True, verbose_name='longitude'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entity',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."description_latin" IS DISTINCT FROM (NEW."description_latin") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."latitude" IS DISTINCT FROM (NEW."latitude") OR OLD."longitude" IS DISTINCT FROM (NEW."longitude") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_latin" IS DISTINCT FROM (NEW."name_latin") OR OLD."wikidata_id" IS DISTINCT FROM (NEW."wikidata_id"))', func='INSERT INTO "archive_entityevent" ("description", "description_latin", "id", "kind", "latitude", "longitude", "name", "name_latin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "wikidata_id") VALUES (OLD."description", OLD."description_latin", OLD."id", OLD."kind", OLD."latitude", OLD."longitude", OLD."name", OLD."name_latin", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."wikidata_id"); RETURN NULL;', hash='18353fd90784d282637746379d226d1eb170387b', operation='UPDATE', pgid='pgtrigger_update_update_5c6fd', table='archive_entity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entity',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "archive_entityevent" ("description", "description_latin", "id", "kind", "latitude", "longitude", "name", "name_latin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "wikidata_id") VALUES (OLD."description", OLD."description_latin", OLD."id", OLD."kind", OLD."latitude", OLD."longitude", OLD."name", OLD."name_latin", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."wikidata_id"); RETURN NULL;', hash='a132989e5f12b05c4f2dc220205b3b1cfd9e0ec4', operation='DELETE', pgid='pgtrigger_delete_delete_f332a', table='archive_entity', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='entity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__isnull', False), ('longitude__range', (-180, 180))), _connector='OR'), name='entity_on_earth', violation_error_message='A place has a latitude from -90 to 90 and a longitude from -180 to 180.'),
        ),
        migrations.AddField(
            model_name='nameproposal',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='name_proposals', to='archive.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='nameproposal',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='nameproposal',
            name='entity',
            field=models.ForeignKey(blank=True, help_text='Whom it likely means, of those that are known.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='name_proposals', to='archive.entity', verbose_name='entity'),
        ),
        migrations.AddField(
            model_name='nameproposal',
            name='mention',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='name_proposal', to='archive.mention', verbose_name='mention'),
        ),
        migrations.AddField(
            model_name='refusedname',
            name='refused_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='refused by'),
        ),
        migrations.AddIndex(
            model_name='nameproposal',
            index=models.Index(models.OrderBy(models.F('confidence'), descending=True), models.F('id'), condition=models.Q(('state', 'waiting')), name='name_proposal_waiting'),
        ),
        migrations.AddIndex(
            model_name='nameproposal',
            index=models.Index(fields=['key', 'state'], name='name_proposal_key'),
        ),
        migrations.AddConstraint(
            model_name='nameproposal',
            constraint=models.UniqueConstraint(fields=('article', 'start'), name='name_proposal_once'),
        ),
        migrations.AddConstraint(
            model_name='nameproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', None), ('start', None)), models.Q(('end__gt', models.F('start')), ('end__isnull', False), ('start__isnull', False)), _connector='OR'), name='name_proposal_offsets_in_order'),
        ),
        migrations.AddConstraint(
            model_name='nameproposal',
            constraint=models.CheckConstraint(condition=models.Q(('confidence__gte', 0), ('confidence__lte', 1)), name='name_proposal_confidence_range'),
        ),
        migrations.AddConstraint(
            model_name='refusedname',
            constraint=models.UniqueConstraint(fields=('key',), name='refused_name_unique'),
        ),
        run_sql("annotations_due_v1"),
        migrations.RunSQL(WAIT, reverse_sql=migrations.RunSQL.noop),
        migrations.RunPython(make_groups, remove_groups),
    ]
