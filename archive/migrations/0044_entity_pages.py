"""Names in the order of an index, how many articles each is in, their networks; what the archive holds of each month."""

import archive.models.entity
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


# Names are counted at once: an index of many that never were would count each of them for its reader.
COUNT = """
INSERT INTO archive_entitycount (entity_id, article_count)
SELECT entity.id, coalesce(counted.count, 0) FROM archive_entity AS entity LEFT JOIN (
    SELECT key >> 3 AS entity_id, count(*) AS count FROM archive_articlesearch, unnest(keys) AS key
    WHERE key & 7 = 4 AND visible_from <= now() GROUP BY key
) AS counted ON counted.entity_id = entity.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0024_annotations'),
    ]

    operations = [
        migrations.CreateModel(
            name='EntityCount',
            fields=[
                ('entity', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='count', serialize=False, to='archive.entity')),
                ('article_count', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'count of a name',
                'verbose_name_plural': 'counts of names',
            },
        ),
        migrations.CreateModel(
            name='EntityNetwork',
            fields=[
                ('entity', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='network', serialize=False, to='archive.entity')),
                ('article_count', models.PositiveIntegerField()),
                ('company', models.JSONField()),
                ('wide', models.JSONField()),
                ('narrow', models.JSONField()),
                ('drawn_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'network of a name',
                'verbose_name_plural': 'networks of names',
            },
        ),
        migrations.AddField(
            model_name='entity',
            name='index_key',
            field=models.GeneratedField(db_persist=True, expression=archive.models.entity.IndexKey('name'), output_field=models.TextField(db_collation='C')),
        ),
        migrations.AddField(
            model_name='entity',
            name='latin_index_key',
            field=models.GeneratedField(db_persist=True, expression=archive.models.entity.IndexKey(django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf('name_latin', models.Value('')), 'name')), output_field=models.TextField(db_collation='C')),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status__in', ['published', 'scheduled'])), fields=['listed_at', 'date_precision'], name='article_holdings'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('date_precision', 'year')), fields=['id'], name='article_of_a_year'),
        ),
        migrations.RunSQL(COUNT, reverse_sql=migrations.RunSQL.noop),
    ]
