"""Sizes of pictures, and pictures that only decorate."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from archive.migrations._watching import watch


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0034_page_generations'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImageSizes',
            fields=[
                ('image', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='sizes', serialize=False, to='archive.image')),
                ('file', models.CharField(max_length=100)),
                ('widths', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None)),
                ('formats', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), size=None)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'sizes of a picture',
                'verbose_name_plural': 'sizes of pictures',
            },
        ),
        migrations.AddField(
            model_name='image',
            name='is_decorative',
            field=models.BooleanField(default=False, help_text='It says nothing that the text does not: screen readers pass over it.', verbose_name='decorative'),
        ),
        watch("archive_imagesizes", "articles"),
    ]
