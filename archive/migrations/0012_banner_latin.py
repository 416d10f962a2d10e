from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0011_links_resolve")]

    operations = [
        migrations.AddField(
            model_name="banner",
            name="text_latin",
            field=models.CharField(
                blank=True,
                default="",
                help_text="For the English interface.",
                max_length=200,
                verbose_name="text in English",
            ),
            preserve_default=False,
        ),
    ]
