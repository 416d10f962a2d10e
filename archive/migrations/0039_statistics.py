"""Datasets, their measures, regions and figures, and the tables on the web that they come from."""

import archive.models.addresses
import archive.models.statistics
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups
from archive.migrations._watching import watch
from archive.sql import run_sql

MODELS = ("dataset", "measure", "datasetfeed", "region", "observation")

make_groups = granting(*(f"{action}_{model}" for action in ("add", "change", "delete", "view") for model in MODELS))


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0038_article_reads'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='DatasetEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_latin', models.CharField(blank=True, max_length=200, verbose_name='name in Latin letters')),
                ('slug', models.CharField(blank=True, help_text="The readable part of the page's address; made from the name when left empty.", max_length=100, verbose_name='address')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('description_latin', models.TextField(blank=True, verbose_name='description in English')),
                ('source_name', models.CharField(blank=True, max_length=200, verbose_name='source of the figures')),
                ('source_name_latin', models.CharField(blank=True, max_length=200, verbose_name='source of the figures, in English')),
                ('source_url', models.URLField(blank=True, max_length=500, validators=[archive.models.addresses.validate_web_address], verbose_name='web address of the source')),
                ('licence', models.CharField(blank=True, help_text='For example CC BY 4.0.', max_length=200, verbose_name='licence')),
                ('licence_url', models.URLField(blank=True, max_length=500, validators=[archive.models.addresses.validate_web_address], verbose_name='web address of the licence')),
                ('query', models.CharField(blank=True, help_text='Words of a search; what it finds of the time that is shown stands beside the figures.', max_length=200, verbose_name='articles about it')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Lower numbers come first.', verbose_name='position')),
                ('visible', models.BooleanField(default=True, verbose_name='readers see it')),
                ('is_demo', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DatasetFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
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
                ('url', models.URLField(max_length=500, validators=[archive.models.addresses.validate_web_address], verbose_name='web address')),
                ('mapping', models.TextField(blank=True, help_text='How it is to be read, in TOML, as --mapping of the command import_statistics; empty to guess.', validators=[archive.models.statistics.validate_mapping], verbose_name='names in the table')),
            ],
            options={
                'verbose_name': 'table on the web',
                'verbose_name_plural': 'tables on the web',
                'ordering': ['url'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Its name in addresses and files, in Latin letters.', verbose_name='address')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('name_latin', models.CharField(blank=True, max_length=100, verbose_name='name in Latin letters')),
                ('unit', models.CharField(blank=True, max_length=40, verbose_name='unit')),
                ('unit_latin', models.CharField(blank=True, max_length=40, verbose_name='unit in Latin letters')),
                ('kind', models.CharField(choices=[('total', 'total so far'), ('daily', 'count of the day'), ('level', 'level on the day')], default='total', max_length=5, verbose_name='kind')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Lower numbers come first.', verbose_name='position')),
            ],
            options={
                'verbose_name': 'measure',
                'verbose_name_plural': 'measures',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MeasureEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, help_text='Its name in addresses and files, in Latin letters.', verbose_name='address')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('name_latin', models.CharField(blank=True, max_length=100, verbose_name='name in Latin letters')),
                ('unit', models.CharField(blank=True, max_length=40, verbose_name='unit')),
                ('unit_latin', models.CharField(blank=True, max_length=40, verbose_name='unit in Latin letters')),
                ('kind', models.CharField(choices=[('total', 'total so far'), ('daily', 'count of the day'), ('level', 'level on the day')], default='total', max_length=5, verbose_name='kind')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Lower numbers come first.', verbose_name='position')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MeasureTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('value', models.DecimalField(decimal_places=4, max_digits=24)),
                ('reported', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'sum over all regions',
                'verbose_name_plural': 'sums over all regions',
            },
        ),
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='day')),
                ('value', models.DecimalField(blank=True, decimal_places=4, help_text='Empty means that none was reported.', max_digits=20, null=True, verbose_name='figure')),
                ('imported', models.DecimalField(decimal_places=4, editable=False, max_digits=20, null=True)),
                ('note', models.CharField(blank=True, help_text='For readers: why it was corrected, for example.', max_length=200, verbose_name='remark')),
            ],
            options={
                'verbose_name': 'figure',
                'verbose_name_plural': 'figures',
                'ordering': ['-date', 'measure', 'region'],
            },
        ),
        migrations.CreateModel(
            name='ObservationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('date', models.DateField(verbose_name='day')),
                ('value', models.DecimalField(blank=True, decimal_places=4, help_text='Empty means that none was reported.', max_digits=20, null=True, verbose_name='figure')),
                ('note', models.CharField(blank=True, help_text='For readers: why it was corrected, for example.', max_length=200, verbose_name='remark')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='Of ISO 3166, such as LB; or one of your own.', max_length=10, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_latin', models.CharField(blank=True, max_length=200, verbose_name='name in Latin letters')),
                ('population', models.PositiveBigIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='inhabitants')),
                ('population_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='counted in the year')),
            ],
            options={
                'verbose_name': 'region',
                'verbose_name_plural': 'regions',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='RegionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(help_text='Of ISO 3166, such as LB; or one of your own.', max_length=10, verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_latin', models.CharField(blank=True, max_length=200, verbose_name='name in Latin letters')),
                ('population', models.PositiveBigIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='inhabitants')),
                ('population_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='counted in the year')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Dataset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_latin', models.CharField(blank=True, max_length=200, verbose_name='name in Latin letters')),
                ('slug', models.CharField(blank=True, help_text="The readable part of the page's address; made from the name when left empty.", max_length=100, verbose_name='address')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('description_latin', models.TextField(blank=True, verbose_name='description in English')),
                ('source_name', models.CharField(blank=True, max_length=200, verbose_name='source of the figures')),
                ('source_name_latin', models.CharField(blank=True, max_length=200, verbose_name='source of the figures, in English')),
                ('source_url', models.URLField(blank=True, max_length=500, validators=[archive.models.addresses.validate_web_address], verbose_name='web address of the source')),
                ('licence', models.CharField(blank=True, help_text='For example CC BY 4.0.', max_length=200, verbose_name='licence')),
                ('licence_url', models.URLField(blank=True, max_length=500, validators=[archive.models.addresses.validate_web_address], verbose_name='web address of the licence')),
                ('query', models.CharField(blank=True, help_text='Words of a search; what it finds of the time that is shown stands beside the figures.', max_length=200, verbose_name='articles about it')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Lower numbers come first.', verbose_name='position')),
                ('visible', models.BooleanField(default=True, verbose_name='readers see it')),
                ('is_demo', models.BooleanField(default=False, editable=False)),
                ('changed_at', models.DateTimeField(editable=False, null=True, verbose_name='last change')),
            ],
            options={
                'verbose_name': 'dataset',
                'verbose_name_plural': 'datasets',
                'ordering': ['position', 'name'],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='dataset_slug_unique'), models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='dataset_slug_present')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dataset',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."description_latin" IS DISTINCT FROM (NEW."description_latin") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_demo" IS DISTINCT FROM (NEW."is_demo") OR OLD."licence" IS DISTINCT FROM (NEW."licence") OR OLD."licence_url" IS DISTINCT FROM (NEW."licence_url") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_latin" IS DISTINCT FROM (NEW."name_latin") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."query" IS DISTINCT FROM (NEW."query") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."source_name" IS DISTINCT FROM (NEW."source_name") OR OLD."source_name_latin" IS DISTINCT FROM (NEW."source_name_latin") OR OLD."source_url" IS DISTINCT FROM (NEW."source_url") OR OLD."visible" IS DISTINCT FROM (NEW."visible"))', func='INSERT INTO "archive_datasetevent" ("description", "description_latin", "id", "is_demo", "licence", "licence_url", "name", "name_latin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "query", "slug", "source_name", "source_name_latin", "source_url", "visible") VALUES (OLD."description", OLD."description_latin", OLD."id", OLD."is_demo", OLD."licence", OLD."licence_url", OLD."name", OLD."name_latin", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."position", OLD."query", OLD."slug", OLD."source_name", OLD."source_name_latin", OLD."source_url", OLD."visible"); RETURN NULL;', hash='796f3e0b66b31cb40f2157266a8eecc0dfb8661a', operation='UPDATE', pgid='pgtrigger_update_update_a1723', table='archive_dataset', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dataset',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "archive_datasetevent" ("description", "description_latin", "id", "is_demo", "licence", "licence_url", "name", "name_latin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "query", "slug", "source_name", "source_name_latin", "source_url", "visible") VALUES (OLD."description", OLD."description_latin", OLD."id", OLD."is_demo", OLD."licence", OLD."licence_url", OLD."name", OLD."name_latin", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."query", OLD."slug", OLD."source_name", OLD."source_name_latin", OLD."source_url", OLD."visible"); RETURN NULL;', hash='1542034e5759e30dd68d9291271bb186751f7192', operation='DELETE', pgid='pgtrigger_delete_delete_843f6', table='archive_dataset', when='AFTER')),
        ),
        migrations.AddField(
            model_name='datasetevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='datasetevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='archive.dataset'),
        ),
        migrations.AddField(
            model_name='datasetfeed',
            name='dataset',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feeds', to='archive.dataset', verbose_name='dataset'),
        ),
        migrations.AddField(
            model_name='measure',
            name='dataset',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='archive.dataset', verbose_name='dataset'),
        ),
        migrations.AddField(
            model_name='measureevent',
            name='dataset',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='archive.dataset', verbose_name='dataset'),
        ),
        migrations.AddField(
            model_name='measureevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='measureevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='archive.measure'),
        ),
        migrations.AddField(
            model_name='measuretotal',
            name='measure',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='totals', to='archive.measure'),
        ),
        migrations.AddField(
            model_name='observation',
            name='measure',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='observations', to='archive.measure', verbose_name='measure'),
        ),
        migrations.AddField(
            model_name='observationevent',
            name='measure',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='archive.measure', verbose_name='measure'),
        ),
        migrations.AddField(
            model_name='observationevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='observationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='archive.observation'),
        ),
        migrations.AddField(
            model_name='observationevent',
            name='region',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='archive.region', verbose_name='region'),
        ),
        migrations.AddField(
            model_name='observation',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='archive.region', verbose_name='region'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='region',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "archive_regionevent" ("code", "id", "name", "name_latin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "population_year") VALUES (OLD."code", OLD."id", OLD."name", OLD."name_latin", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."population", OLD."population_year"); RETURN NULL;', hash='3cbeaa5c9d4d2358e31fc7781c911b04c1da0d39', operation='UPDATE', pgid='pgtrigger_update_update_c0d95', table='archive_region', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='region',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "archive_regionevent" ("code", "id", "name", "name_latin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "population_year") VALUES (OLD."code", OLD."id", OLD."name", OLD."name_latin", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."population", OLD."population_year"); RETURN NULL;', hash='42cf7d0a6b3d73068d14ec63e7f69c09f95af864', operation='DELETE', pgid='pgtrigger_delete_delete_0799a', table='archive_region', when='AFTER')),
        ),
        migrations.AddField(
            model_name='regionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='regionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='archive.region'),
        ),
        migrations.AddIndex(
            model_name='datasetfeed',
            index=models.Index(condition=models.Q(('active', True)), fields=['next_at'], name='datasetfeed_due'),
        ),
        migrations.AddConstraint(
            model_name='datasetfeed',
            constraint=models.UniqueConstraint(fields=('dataset', 'url'), name='dataset_feed_unique'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.UniqueConstraint(fields=('dataset', 'slug'), name='measure_slug_unique'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='measure_slug_present'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['total', 'daily', 'level'])), name='measure_kind_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "archive_measureevent" ("dataset_id", "id", "kind", "name", "name_latin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug", "unit", "unit_latin") VALUES (OLD."dataset_id", OLD."id", OLD."kind", OLD."name", OLD."name_latin", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."position", OLD."slug", OLD."unit", OLD."unit_latin"); RETURN NULL;', hash='9917cdb34da6747200757c6f163352b4ef0f9d7b', operation='UPDATE', pgid='pgtrigger_update_update_e2738', table='archive_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "archive_measureevent" ("dataset_id", "id", "kind", "name", "name_latin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug", "unit", "unit_latin") VALUES (OLD."dataset_id", OLD."id", OLD."kind", OLD."name", OLD."name_latin", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."slug", OLD."unit", OLD."unit_latin"); RETURN NULL;', hash='a77023e06bb596894b2ab6fdc026064e6c12a166', operation='DELETE', pgid='pgtrigger_delete_delete_d1af2', table='archive_measure', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='measuretotal',
            constraint=models.UniqueConstraint(fields=('measure', 'date'), name='measure_total_unique'),
        ),
        migrations.AddIndex(
            model_name='observation',
            index=models.Index(fields=['measure', 'date'], name='observation_day'),
        ),
        migrations.AddIndex(
            model_name='observation',
            index=models.Index(fields=['region'], name='observation_region'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.UniqueConstraint(fields=('measure', 'region', 'date'), name='observation_unique', violation_error_message='There is a figure of this measure, region and day already.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='observation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."date" IS DISTINCT FROM (NEW."date") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."measure_id" IS DISTINCT FROM (NEW."measure_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."value" IS DISTINCT FROM (NEW."value"))', func='INSERT INTO "archive_observationevent" ("date", "id", "measure_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "value") VALUES (OLD."date", OLD."id", OLD."measure_id", OLD."note", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."region_id", OLD."value"); RETURN NULL;', hash='aa03d272378082e053989ff63b28e106b3ec8d10', operation='UPDATE', pgid='pgtrigger_update_update_06555', table='archive_observation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='observation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "archive_observationevent" ("date", "id", "measure_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "value") VALUES (OLD."date", OLD."id", OLD."measure_id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."region_id", OLD."value"); RETURN NULL;', hash='00f6ee060e0003000f7530ab8f6a6634006a11ce', operation='DELETE', pgid='pgtrigger_delete_delete_5e963', table='archive_observation', when='AFTER')),
        ),
        run_sql("observation_totals_v1"),
        migrations.RunPython(make_groups, remove_groups),
        *(watch(f"archive_{table}", "statistics") for table in ("dataset", "measure", "region")),
    ]
