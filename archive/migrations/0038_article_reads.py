"""How often articles are read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0037_corrections'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArticleRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('count', models.PositiveIntegerField(verbose_name='count')),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reads', to='archive.article', verbose_name='article')),
            ],
            options={
                'verbose_name': 'readings of an article',
                'verbose_name_plural': 'readings of articles',
                'indexes': [models.Index(fields=['day'], name='article_read_day')],
                'constraints': [models.UniqueConstraint(fields=('article', 'day'), name='article_read_day_unique')],
            },
        ),
    ]
