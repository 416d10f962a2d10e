"""Stories, their articles, and articles that are not related; which articles wait for their stories."""

import archive.models.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups
from archive.sql import run_sql

make_groups = granting(
    *(f"{act}_{model}" for model in ("story", "storyarticle", "refusedlink") for act in ("add", "change", "delete", "view"))
)


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0030_dated_phrases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Story',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=300, verbose_name='title')),
                ('slug', archive.models.fields.DerivedSlugField(blank=True, editable=False, max_length=120, source='title', verbose_name='address')),
                ('is_named', models.BooleanField(default=False, help_text='Otherwise its name follows the headlines of its articles.', verbose_name='named by an editor')),
                ('last_at', models.DateTimeField(editable=False, null=True, verbose_name='last article')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='merged', to='archive.story', verbose_name='merged into')),
            ],
            options={
                'verbose_name': 'story',
                'verbose_name_plural': 'stories',
                'ordering': [models.OrderBy(models.F('last_at'), descending=True, nulls_last=True), '-pk'],
            },
        ),
        migrations.CreateModel(
            name='StoryArticle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('editor', 'an editor'), ('computed', 'computed')], default='editor', max_length=8, verbose_name='put there by')),
                ('taken_out', models.BooleanField(default=False, help_text='It is no part of the story, and is not put there again.', verbose_name='taken out')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='story_places', to='archive.article', verbose_name='article')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='archive.story', verbose_name='story')),
            ],
            options={
                'verbose_name': 'article of a story',
                'verbose_name_plural': 'articles of the story',
                'ordering': ['article__listed_at', 'article_id'],
            },
        ),
        migrations.CreateModel(
            name='RefusedLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('refused_at', models.DateTimeField(auto_now_add=True, verbose_name='refused at')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refused_links', to='archive.article', verbose_name='article')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.article', verbose_name='not related')),
                ('refused_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='refused by')),
            ],
            options={
                'verbose_name': 'article that is not related',
                'verbose_name_plural': 'articles that are not related',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('article', 'other'), name='refused_link_once'), models.CheckConstraint(condition=models.Q(('article', models.F('other')), _negated=True), name='refused_link_not_to_itself')],
            },
        ),
        migrations.AddIndex(
            model_name='story',
            index=models.Index(models.OrderBy(models.F('last_at'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), name='story_last'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('is_named', True), ('title', ''), _negated=True), name='story_named_has_title'),
        ),
        migrations.AddConstraint(
            model_name='story',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='story_not_merged_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='storyarticle',
            constraint=models.UniqueConstraint(fields=('story', 'article'), name='story_article_once'),
        ),
        migrations.AddConstraint(
            model_name='storyarticle',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_out', False)), fields=('article',), name='story_article_in_one', violation_error_message='The article is in another story already: take it out there first.'),
        ),
        run_sql("stories_due_v1"),
        migrations.RunPython(make_groups, remove_groups),
    ]
