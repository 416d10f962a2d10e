"""An address whose server takes none of several messages is given up too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0053_consent_network'),
    ]

    operations = [
        migrations.AlterField(
            model_name='subscriber',
            name='suppression',
            field=models.CharField(blank=True, choices=[('refused', 'their server refused the address'), ('bounced', 'a message came back'), ('complained', 'they reported a message as unwanted'), ('repeated', 'their server refused several messages in a row')], max_length=10, verbose_name='why not to be reached'),
        ),
    ]
