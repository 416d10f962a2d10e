"""What a reader agreed to is kept with the network they did it from."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0052_erasing_pictures'),
    ]

    operations = [
        migrations.AddField(
            model_name='consent',
            name='network',
            field=models.CharField(blank=True, db_default='', max_length=50, verbose_name='network'),
        ),
    ]
