"""Sessions that know whose they are, and a log of what staff do, to which rows are only ever added."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from archive.sql import run_sql


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0048_newsroom_groups'),
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='time')),
                ('action', models.CharField(choices=[('login', 'logged in'), ('logout', 'logged out'), ('login_failed', 'failed to log in'), ('locked_out', 'was locked out'), ('login_freed', 'let someone try to log in again'), ('sessions_ended', 'ended sessions'), ('password_changed', 'changed a password'), ('factor_added', 'set up a second factor'), ('factor_failed', 'gave a wrong code'), ('factor_removed', 'removed a second factor'), ('codes_made', 'made recovery codes'), ('code_used', 'used a recovery code'), ('rights', 'changed rights'), ('status', 'changed an article’s state'), ('exported', 'exported data'), ('added', 'added'), ('changed', 'changed'), ('deleted', 'deleted')], max_length=20, verbose_name='action')),
                ('actor_name', models.CharField(blank=True, max_length=150, verbose_name='user')),
                ('object_type', models.CharField(blank=True, max_length=100, verbose_name='kind of thing')),
                ('object_id', models.TextField(blank=True, verbose_name='number')),
                ('object_name', models.TextField(blank=True, verbose_name='thing')),
                ('details', models.JSONField(default=dict, verbose_name='details')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='network address')),
                ('user_agent', models.CharField(blank=True, max_length=255, verbose_name='browser')),
                ('actor', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'entry of the audit log',
                'verbose_name_plural': 'audit log',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='archive.auditentry', verbose_name='entry')),
            ],
            options={
                'verbose_name': 'seal of the audit log',
                'verbose_name_plural': 'seals of the audit log',
            },
        ),
        migrations.CreateModel(
            name='StaffSession',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('user_agent', models.CharField(blank=True, max_length=255, verbose_name='browser')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='network address')),
                ('first_seen_at', models.DateTimeField(null=True, verbose_name='logged in at')),
                ('last_seen_at', models.DateTimeField(null=True, verbose_name='last seen')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='staff_sessions', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['-at', '-id'], name='audit_entry_at'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['actor', '-at'], name='audit_entry_actor'),
        ),
        run_sql("audit_log_v1"),
    ]
