"""What WhatsApp tells us, and what became of messages after a channel had taken them."""

import django.utils.timezone
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups

make_groups = granting("view_whatsappevent")


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0045_share_targets'),
    ]

    operations = [
        migrations.CreateModel(
            name='WhatsAppEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.BinaryField(verbose_name='body')),
                ('digest', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='received at')),
                ('handled_at', models.DateTimeField(null=True, verbose_name='handled at')),
                ('problem', models.TextField(blank=True, verbose_name='problem')),
            ],
            options={
                'verbose_name': 'event from WhatsApp',
                'verbose_name_plural': 'events from WhatsApp',
                'ordering': ['-received_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('handled_at', None)), fields=['id'], name='whatsapp_event_waiting'), models.Index(fields=['received_at'], name='whatsapp_event_received')],
                'constraints': [models.UniqueConstraint(fields=('digest',), name='whatsapp_event_once')],
            },
        ),
        migrations.CreateModel(
            name='WhatsAppMessage',
            fields=[
                ('message_id', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'message received by WhatsApp',
                'verbose_name_plural': 'messages received by WhatsApp',
                'indexes': [models.Index(fields=['received_at'], name='whatsapp_message_received')],
            },
        ),
        migrations.AddField(
            model_name='delivery',
            name='receipt',
            field=models.PositiveSmallIntegerField(choices=[(0, 'nothing yet'), (1, 'taken by the channel'), (2, 'delivered'), (3, 'read')], db_default=0, default=0, verbose_name='receipt'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='kind',
            field=models.CharField(choices=[('article', 'article'), ('correction', 'correction'), ('digest', 'digest'), ('confirmation', 'confirmation'), ('link', 'link to their subscriptions'), ('new_address', 'change of address'), ('welcome', 'welcome'), ('bye', 'goodbye'), ('help', 'help')], max_length=12, verbose_name='kind'),
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
