"""The newsroom: review, embargoes and notices of withdrawal; and what it keeps of its own work."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from archive.migrations._watching import watch
from archive.sql import run_sql


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0046_whatsapp'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changes', models.JSONField(default=list, verbose_name='changes')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='decided at')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone at')),
                ('action', models.CharField(choices=[('review', 'sent to review'), ('published', 'published'), ('withdrawn', 'withdrawn'), ('section', 'moved to a section'), ('add_entity', 'a name added'), ('remove_entity', 'a name removed')], max_length=13, verbose_name='what was done')),
                ('target', models.CharField(blank=True, max_length=200, verbose_name='which')),
                ('article_count', models.PositiveIntegerField(default=0, verbose_name='articles')),
            ],
            options={
                'verbose_name': 'change of many articles',
                'verbose_name_plural': 'changes of many articles',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='FrontPageArticle',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='front_page', serialize=False, to='archive.article', verbose_name='article')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
            ],
            options={
                'verbose_name': 'article of the front page',
                'verbose_name_plural': 'front page',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FruitlessSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=100, verbose_name='words')),
                ('day', models.DateField(verbose_name='day')),
                ('count', models.PositiveIntegerField(default=1, verbose_name='count')),
            ],
            options={
                'verbose_name': 'search without results',
                'verbose_name_plural': 'searches without results',
            },
        ),
        migrations.CreateModel(
            name='OpenArticle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='opened at')),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last heard of')),
            ],
            options={
                'verbose_name': 'open article',
                'verbose_name_plural': 'open articles',
            },
        ),
        migrations.CreateModel(
            name='OutgoingLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=2000, verbose_name='web address')),
                ('state', models.CharField(choices=[('unknown', 'not looked at yet'), ('alive', 'leads to its page'), ('doubtful', 'did not answer, to be asked again'), ('broken', 'broken'), ('kept', 'left as it is by an editor')], default='unknown', max_length=8, verbose_name='state')),
                ('problem', models.JSONField(blank=True, null=True, verbose_name='problem')),
                ('failures', models.PositiveSmallIntegerField(default=0, verbose_name='failures in a row')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='last looked at')),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='to be looked at')),
            ],
            options={
                'verbose_name': 'link to the web',
                'verbose_name_plural': 'links to the web',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Redirect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_path', models.CharField(help_text='Its path, from the first / on, with what follows a ? where that tells pages apart.', max_length=2000, unique=True, verbose_name='old address')),
                ('new_path', models.CharField(blank=True, help_text='Where it leads if not to an article.', max_length=2000, verbose_name='new address')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'redirect',
                'verbose_name_plural': 'redirects',
                'ordering': ['old_path'],
            },
        ),
        migrations.AlterModelOptions(
            name='article',
            options={'get_latest_by': 'listed_at', 'ordering': ['-listed_at', '-pk'], 'permissions': [('publish_article', 'Can publish and withdraw articles'), ('submit_article', 'Can send articles to review'), ('curate_article', 'Can complete articles that are published'), ('lift_embargo_article', 'Can lift embargoes')], 'verbose_name': 'article', 'verbose_name_plural': 'articles'},
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='article',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='article',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='article',
            name='article_status_known',
        ),
        migrations.RemoveIndex(
            model_name='article',
            name='article_unpublished',
        ),
        migrations.AddField(
            model_name='article',
            name='embargo_until',
            field=models.DateTimeField(blank=True, help_text='Readers do not see it before this time, whoever publishes it. Chiefs may lift it earlier.', null=True, verbose_name='under embargo until'),
        ),
        migrations.AddField(
            model_name='article',
            name='withdrawal_notice',
            field=models.TextField(blank=True, db_default='', default='', help_text='What readers are told in the place of the article, once it is withdrawn: why, in a sentence.', verbose_name='notice of withdrawal'),
        ),
        migrations.AddField(
            model_name='articleevent',
            name='embargo_until',
            field=models.DateTimeField(blank=True, help_text='Readers do not see it before this time, whoever publishes it. Chiefs may lift it earlier.', null=True, verbose_name='under embargo until'),
        ),
        migrations.AddField(
            model_name='articleevent',
            name='withdrawal_notice',
            field=models.TextField(blank=True, db_default='', default='', help_text='What readers are told in the place of the article, once it is withdrawn: why, in a sentence.', verbose_name='notice of withdrawal'),
        ),
        migrations.AlterField(
            model_name='article',
            name='status',
            field=models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('scheduled', 'scheduled'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', max_length=9, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='articleevent',
            name='status',
            field=models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('scheduled', 'scheduled'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', max_length=9, verbose_name='status'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status__in', ['draft', 'review', 'scheduled'])), fields=['status'], name='article_unpublished'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='article',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."capture_id" IS DISTINCT FROM (NEW."capture_id") OR OLD."collected_at" IS DISTINCT FROM (NEW."collected_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."date_precision" IS DISTINCT FROM (NEW."date_precision") OR OLD."embargo_until" IS DISTINCT FROM (NEW."embargo_until") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."importance" IS DISTINCT FROM (NEW."importance") OR OLD."kicker" IS DISTINCT FROM (NEW."kicker") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."noindex" IS DISTINCT FROM (NEW."noindex") OR OLD."original_url" IS DISTINCT FROM (NEW."original_url") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."section_id" IS DISTINCT FROM (NEW."section_id") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."withdrawal_notice" IS DISTINCT FROM (NEW."withdrawal_notice"))', func='INSERT INTO "archive_articleevent" ("body", "capture_id", "collected_at", "created_at", "date_precision", "embargo_until", "external_id", "id", "importance", "kicker", "language", "noindex", "original_url", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "published_at", "section_id", "source_id", "status", "summary", "title", "updated_at", "withdrawal_notice") VALUES (OLD."body", OLD."capture_id", OLD."collected_at", OLD."created_at", OLD."date_precision", OLD."embargo_until", OLD."external_id", OLD."id", OLD."importance", OLD."kicker", OLD."language", OLD."noindex", OLD."original_url", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."place", OLD."published_at", OLD."section_id", OLD."source_id", OLD."status", OLD."summary", OLD."title", OLD."updated_at", OLD."withdrawal_notice"); RETURN NULL;', hash='e495c9ebdf9efda54470ac415fefad947be7f7e9', operation='UPDATE', pgid='pgtrigger_update_update_4266a', table='archive_article', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='article',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "archive_articleevent" ("body", "capture_id", "collected_at", "created_at", "date_precision", "embargo_until", "external_id", "id", "importance", "kicker", "language", "noindex", "original_url", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "published_at", "section_id", "source_id", "status", "summary", "title", "updated_at", "withdrawal_notice") VALUES (OLD."body", OLD."capture_id", OLD."collected_at", OLD."created_at", OLD."date_precision", OLD."embargo_until", OLD."external_id", OLD."id", OLD."importance", OLD."kicker", OLD."language", OLD."noindex", OLD."original_url", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."published_at", OLD."section_id", OLD."source_id", OLD."status", OLD."summary", OLD."title", OLD."updated_at", OLD."withdrawal_notice"); RETURN NULL;', hash='53c68b3a872bd498902dd30ecdfd7645a62a1068', operation='DELETE', pgid='pgtrigger_delete_delete_fdf42', table='archive_article', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('embargo_until', None), models.Q(('status__in', ['published', 'scheduled']), _negated=True), models.Q(('published_at__gte', models.F('embargo_until')), ('published_at__isnull', False)), _connector='OR'), name='article_not_before_embargo', violation_error_message='It is under embargo: its date must be the end of the embargo, or later.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'scheduled', 'published', 'withdrawn'])), name='article_status_known'),
        ),
        migrations.AddField(
            model_name='bulkchange',
            name='made_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='bulkchange',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by'),
        ),
        migrations.AddConstraint(
            model_name='frontpagearticle',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='front_page_position_from_one'),
        ),
        migrations.AddConstraint(
            model_name='fruitlesssearch',
            constraint=models.UniqueConstraint(fields=('day', 'words'), name='fruitless_search_once_a_day'),
        ),
        migrations.AddField(
            model_name='openarticle',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='open_forms', to='archive.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='openarticle',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='open_articles', to=settings.AUTH_USER_MODEL, verbose_name='account'),
        ),
        migrations.AddField(
            model_name='outgoinglink',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outgoing_links', to='archive.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='redirect',
            name='article',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='redirects', to='archive.article', verbose_name='article'),
        ),
        migrations.AddIndex(
            model_name='openarticle',
            index=models.Index(fields=['seen_at'], name='open_article_seen'),
        ),
        migrations.AddConstraint(
            model_name='openarticle',
            constraint=models.UniqueConstraint(fields=('article', 'user'), name='open_article_once'),
        ),
        migrations.AddIndex(
            model_name='outgoinglink',
            index=models.Index(fields=['next_at'], name='outgoing_link_next'),
        ),
        migrations.AddIndex(
            model_name='outgoinglink',
            index=models.Index(condition=models.Q(('state', 'broken')), fields=['article'], name='outgoing_link_broken'),
        ),
        migrations.AddConstraint(
            model_name='outgoinglink',
            constraint=models.UniqueConstraint(fields=('article', 'url'), name='outgoing_link_once'),
        ),
        migrations.AddConstraint(
            model_name='redirect',
            constraint=models.CheckConstraint(condition=models.Q(('old_path__startswith', '/')), name='redirect_old_path_form', violation_error_message='Begin the old address with /.'),
        ),
        migrations.AddConstraint(
            model_name='redirect',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('article__isnull', False), ('new_path', '')), models.Q(('article', None), ('new_path__regex', '^(https?://|/([^/]|$))')), _connector='OR'), name='redirect_one_target', violation_error_message='Choose an article, or give an address that begins with / or https://: one of the two.'),
        ),
        migrations.AddConstraint(
            model_name='redirect',
            constraint=models.CheckConstraint(condition=models.Q(('old_path', models.F('new_path')), _negated=True), name='redirect_not_to_itself', violation_error_message='An address cannot lead to itself.'),
        ),
        watch("archive_frontpagearticle", "articles"),
        run_sql("fruitless_search_v1"),
    ]
