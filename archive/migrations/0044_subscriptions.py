"""Subscribers, their subscriptions, and the outbox of what is sent to them."""

import archive.models.subscription
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups

# Addresses are seen by nobody who was not given that right by name.
make_groups = granting(
    *(f"view_{model}" for model in ("subscriber", "subscription", "delivery", "deliverychannel")),
    "change_deliverychannel",
)


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0043_stale_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='announcement', serialize=False, to='archive.article')),
                ('importance', models.PositiveSmallIntegerField(default=0)),
                ('announced_at', models.DateTimeField(null=True)),
                ('matched_at', models.DateTimeField(null=True)),
                ('is_unread', models.BooleanField(default=False)),
                ('corrections', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
            ],
            options={
                'verbose_name': 'announcement to subscribers',
                'verbose_name_plural': 'announcements to subscribers',
            },
        ),
        migrations.CreateModel(
            name='DeliveryChannel',
            fields=[
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('whatsapp', 'WhatsApp'), ('push', 'browser notices')], max_length=8, primary_key=True, serialize=False, verbose_name='channel')),
                ('paused', models.BooleanField(default=False, verbose_name='paused')),
                ('per_minute', models.PositiveIntegerField(default=600, help_text='As many as the server that sends them takes; 0 for all.', verbose_name='messages per minute')),
                ('window_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('window_count', models.PositiveIntegerField(default=0, editable=False)),
                ('retry_at', models.DateTimeField(editable=False, null=True, verbose_name='tried again at')),
                ('failures', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='failures in a row')),
                ('refusals', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('problem', models.TextField(blank=True, editable=False, verbose_name='problem')),
            ],
            options={
                'verbose_name': 'delivery channel',
                'verbose_name_plural': 'delivery channels',
                'ordering': ['channel'],
            },
        ),
        migrations.CreateModel(
            name='RateCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('period', models.BigIntegerField()),
                ('expires_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'count of requests',
                'verbose_name_plural': 'counts of requests',
                'indexes': [models.Index(fields=['expires_at'], name='rate_count_expires')],
                'constraints': [models.UniqueConstraint(fields=('key', 'period'), name='rate_count_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.TextField(verbose_name='search')),
                ('digest', models.CharField(max_length=64)),
                ('text', models.TextField()),
                ('filters', models.JSONField(default=dict)),
                ('anchors', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('tsquery', django.contrib.postgres.search.SearchQueryField(null=True)),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('is_exact', models.BooleanField(default=True)),
                ('compiled_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'saved search',
                'verbose_name_plural': 'saved searches',
                'ordering': ['pk'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['anchors'], name='saved_search_anchors')],
                'constraints': [models.UniqueConstraint(fields=('digest',), name='saved_search_unique')],
            },
        ),
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('whatsapp', 'WhatsApp'), ('push', 'browser notices')], max_length=8, verbose_name='channel')),
                ('address', models.CharField(max_length=1000, verbose_name='address')),
                ('address_key', models.CharField(editable=False, max_length=1000)),
                ('channel_data', models.JSONField(blank=True, default=dict, editable=False)),
                ('language', models.CharField(default='ar', max_length=8, verbose_name='language')),
                ('state', models.CharField(choices=[('pending', 'not confirmed yet'), ('active', 'subscribed'), ('left', 'left'), ('suppressed', 'not to be reached')], default='pending', max_length=10, verbose_name='state')),
                ('secret', models.CharField(default=archive.models.subscription.make_secret, editable=False, max_length=40)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='left at')),
                ('suppression', models.CharField(blank=True, choices=[('refused', 'their server refused the address'), ('bounced', 'a message came back'), ('complained', 'they reported a message as unwanted')], max_length=10, verbose_name='why not to be reached')),
                ('suppressed_at', models.DateTimeField(blank=True, null=True, verbose_name='not to be reached since')),
            ],
            options={
                'verbose_name': 'subscriber',
                'verbose_name_plural': 'subscribers',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('view_addresses', 'Can see the addresses of subscribers')],
                'indexes': [models.Index(fields=['state', 'channel'], name='subscriber_state')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'address_key'), name='subscriber_address_unique')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('action', models.CharField(choices=[('asked', 'asked for it'), ('confirmed', 'confirmed it'), ('changed', 'changed it'), ('left', 'left')], max_length=10, verbose_name='action')),
                ('method', models.CharField(choices=[('form', 'a form of the site'), ('link', 'a link in a message, and the page it leads to'), ('one_click', "their mail program's own button"), ('message', 'a message they sent')], max_length=10, verbose_name='by')),
                ('page', models.CharField(blank=True, max_length=500, verbose_name='page')),
                ('text', models.TextField(blank=True, verbose_name='what they read')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='archive.subscriber', verbose_name='subscriber')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SearchMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.article')),
                ('search', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.savedsearch')),
            ],
            options={
                'verbose_name': 'article that a saved search found',
                'verbose_name_plural': 'articles that saved searches found',
                'constraints': [models.UniqueConstraint(fields=('search', 'article'), name='search_match_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('whatsapp', 'WhatsApp'), ('push', 'browser notices')], max_length=8, verbose_name='channel')),
                ('kind', models.CharField(choices=[('article', 'article'), ('correction', 'correction'), ('digest', 'digest'), ('confirmation', 'confirmation'), ('link', 'link to their subscriptions'), ('new_address', 'change of address')], max_length=12, verbose_name='kind')),
                ('version', models.BigIntegerField(db_default=0, default=0, verbose_name='version')),
                ('digest', models.CharField(blank=True, db_default='', max_length=20, verbose_name='digest')),
                ('period_start', models.DateTimeField(null=True)),
                ('period_end', models.DateTimeField(null=True)),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), db_default=[], default=list, size=None)),
                ('data', models.JSONField(db_default={}, default=dict)),
                ('state', models.CharField(choices=[('due', 'waiting'), ('claimed', 'being sent'), ('sent', 'sent'), ('failed', 'failed'), ('suppressed', 'not to be reached'), ('cancelled', 'cancelled')], db_default='due', default='due', max_length=10, verbose_name='state')),
                ('is_service', models.BooleanField(db_default=False, default=False)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='due at')),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='attempts')),
                ('message_id', models.CharField(blank=True, db_default='', max_length=200, verbose_name='message id')),
                ('outcome', models.TextField(blank=True, db_default='', verbose_name='outcome')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='archive.article', verbose_name='article')),
                ('subscriber', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='archive.subscriber', verbose_name='subscriber')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(models.F('channel'), models.OrderBy(models.F('is_service'), descending=True), models.F('due_at'), models.F('id'), condition=models.Q(('state', 'due')), name='delivery_due'), models.Index(condition=models.Q(('state', 'claimed')), fields=['lease_until'], name='delivery_claimed'), models.Index(fields=['channel', 'state', '-created_at'], name='delivery_state'), models.Index(condition=models.Q(('kind', 'digest')), fields=['period_end'], name='delivery_digest_period')],
                'constraints': [models.UniqueConstraint(fields=('subscriber', 'article', 'version'), name='delivery_article_once'), models.UniqueConstraint(condition=models.Q(('digest', ''), _negated=True), fields=('subscriber', 'digest'), name='delivery_digest_once')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('everything', 'all news'), ('section', 'a section'), ('entity', 'a name'), ('story', 'a story'), ('search', 'a search')], default='everything', max_length=10, verbose_name='what')),
                ('when', models.CharField(choices=[('important', 'important news, the moment it is published'), ('at_once', 'everything, the moment it is published'), ('daily', 'once a day, in a digest'), ('weekly', 'once a week, in a digest')], default='important', max_length=10, verbose_name='when')),
                ('state', models.CharField(choices=[('pending', 'not confirmed yet'), ('active', 'active'), ('left', 'ended')], default='pending', max_length=8, verbose_name='state')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at')),
                ('active_since', models.DateTimeField(blank=True, null=True, verbose_name='active since')),
                ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('entity', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.entity', verbose_name='name')),
                ('search', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.savedsearch', verbose_name='search')),
                ('section', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.section', verbose_name='section')),
                ('story', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.story', verbose_name='story')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='archive.subscriber', verbose_name='subscriber')),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'active')), fields=['what', 'when'], name='subscription_active')],
                'constraints': [models.UniqueConstraint(fields=('subscriber', 'what', 'section', 'entity', 'story', 'search'), name='subscription_target_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('entity', None), ('search', None), ('section', None), ('story', None), ('what', 'everything')), models.Q(('entity', None), ('search', None), ('section__isnull', False), ('story', None), ('what', 'section')), models.Q(('entity__isnull', False), ('search', None), ('section', None), ('story', None), ('what', 'entity')), models.Q(('entity', None), ('search', None), ('section', None), ('story__isnull', False), ('what', 'story')), models.Q(('entity', None), ('search__isnull', False), ('section', None), ('story', None), ('what', 'search')), _connector='OR'), name='subscription_has_its_target')],
            },
        ),
        migrations.AddField(
            model_name='consent',
            name='subscription',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='archive.subscription'),
        ),
        migrations.CreateModel(
            name='SubscriptionTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('whatsapp', 'WhatsApp'), ('push', 'browser notices')], max_length=8, verbose_name='channel')),
                ('event', models.CharField(choices=[('confirmed', 'new subscriptions'), ('left', 'ended subscriptions'), ('joined', 'new subscribers'), ('gone', 'subscribers who left'), ('suppressed', 'subscribers lost to bounces')], max_length=10, verbose_name='event')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='count')),
                ('section', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.section', verbose_name='section')),
            ],
            options={
                'verbose_name': 'count of subscriptions',
                'verbose_name_plural': 'counts of subscriptions',
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('day', 'channel', 'event', 'section'), name='subscription_tally_once', nulls_distinct=False)],
            },
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
