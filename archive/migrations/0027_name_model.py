"""Taggers trained on what editors decided."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0026_name_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='NameModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.BinaryField()),
                ('decisions', models.PositiveIntegerField(verbose_name='decisions')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made at')),
            ],
            options={
                'verbose_name': 'model of names',
                'verbose_name_plural': 'models of names',
            },
        ),
    ]
