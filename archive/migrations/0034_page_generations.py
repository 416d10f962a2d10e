"""What tells that pages have changed, for every cache of them."""

import django.contrib.postgres.fields
from django.db import migrations, models

from archive.migrations._watching import watch
from archive.sql import run_sql


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0033_machines'),
    ]

    operations = [
        migrations.CreateModel(
            name='PageGeneration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('chrome', 'Chrome'), ('articles', 'Articles'), ('names', 'Names'), ('search', 'Search'), ('statistics', 'Statistics')], max_length=10)),
                ('number', models.BigIntegerField()),
            ],
            options={
                'verbose_name': 'generation of pages',
                'verbose_name_plural': 'generations of pages',
            },
        ),
        migrations.CreateModel(
            name='StalePages',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
            ],
            options={
                'verbose_name': 'stale pages',
                'verbose_name_plural': 'stale pages',
            },
        ),
        run_sql('page_generations_v1'),
        *(watch(f'archive_{table}', 'chrome') for table in ('sitesettings', 'section', 'banner', 'socialaccount')),
        watch('archive_article', 'articles', 'article:id', 'section:section_id'),
        watch('archive_articlelink', 'articles', 'article:from_article_id', 'article:to_article_id'),
        watch('archive_article_authors', 'articles', 'article:article_id'),
        watch('archive_image', 'articles', 'article:article_id'),
        watch('archive_source', 'articles', 'all'),
        watch('archive_author', 'articles', 'all'),
        watch('archive_articlecopy', 'articles', 'article:article_id'),
        watch('archive_story', 'articles', 'story:id'),
        watch('archive_storyarticle', 'articles', 'story:story_id', 'article:article_id'),
        watch('archive_refusedlink', 'articles', 'article:article_id', 'article:other_id'),
        watch('archive_entity', 'names', 'entity:id'),
        watch('archive_alias', 'names', 'entity:entity_id'),
        watch('archive_mention', 'names', 'entity:entity_id', 'article:article_id'),
        watch('archive_quotation', 'names', 'article:article_id'),
        watch('archive_datedphrase', 'names', 'article:article_id'),
        watch('archive_entitymerge', 'names', 'entity:kept_id'),
        watch('archive_entitycount', 'names'),
        watch('archive_entitynetwork', 'names', 'entity:entity_id'),
        *(
            watch(f'archive_{table}', 'search')
            for table in ('searchpin', 'synonymgroup', 'synonym', 'searchstatistics', 'searchword', 'searchname')
        ),
    ]
