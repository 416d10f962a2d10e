"""What editors decide about names and entities, kept so that it can be taken back."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0027_name_model'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='mention',
            name='method',
            field=models.CharField(choices=[('editor', 'an editor'), ('names', 'known names'), ('proposal', 'an accepted proposal')], default='editor', max_length=8, verbose_name='found by'),
        ),
        migrations.CreateModel(
            name='EntityMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changes', models.JSONField(default=list, verbose_name='changes')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='decided at')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone at')),
                ('former_id', models.BigIntegerField(verbose_name='former number')),
                ('former_name', models.CharField(max_length=200, verbose_name='former name')),
                ('kept_number', models.BigIntegerField(verbose_name='number of the one that stays, then')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges', to='archive.entity', verbose_name='the one that stays')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
            ],
            options={
                'verbose_name': 'merged entity',
                'verbose_name_plural': 'merged entities',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('former_id',), name='entity_merged_once')],
            },
        ),
        migrations.CreateModel(
            name='EntityPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('name', 'same name'), ('spelling', 'names of nearly the same letters'), ('part', 'one name holds the other, in the same company')], max_length=8, verbose_name='reason')),
                ('likeness', models.FloatField(help_text='From 0 to 1.', verbose_name='likeness')),
                ('dismissed_at', models.DateTimeField(blank=True, null=True, verbose_name='dismissed at')),
                ('dismissed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='dismissed by')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.entity', verbose_name='entity')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.entity', verbose_name='entity')),
            ],
            options={
                'verbose_name': 'pair that may be one entity',
                'verbose_name_plural': 'pairs that may be one entity',
                'ordering': ['-likeness', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='entity_pair_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='entity_pair_in_order')],
            },
        ),
        migrations.CreateModel(
            name='NameDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changes', models.JSONField(default=list, verbose_name='changes')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='decided at')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone at')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('action', models.CharField(choices=[('accept', 'accepted'), ('create', 'new entity'), ('reject', 'rejected'), ('refuse', 'rejected everywhere')], max_length=6, verbose_name='decision')),
                ('entity', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='name_decisions', to='archive.entity', verbose_name='entity')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
            ],
            options={
                'verbose_name': 'decision about a name',
                'verbose_name_plural': 'decisions about names',
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('undone_at', None)), fields=['made_by', 'id'], name='name_decision_standing')],
            },
        ),
    ]
