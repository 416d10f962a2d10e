"""Versions of an article know its authors, links and pictures too; those that were kept before say that they do not."""

from django.db import migrations, models

from archive.sql import run_sql


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0049_staff'),
    ]

    operations = [
        migrations.AddField(
            model_name='articleevent',
            name='attached',
            field=models.JSONField(editable=False, null=True),
        ),
        run_sql('article_attached_v1'),
    ]
