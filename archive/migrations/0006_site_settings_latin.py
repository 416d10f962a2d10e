from django.db import migrations, models

DEFAULT_NAME = "سِجِلّ"


def leave_other_names_alone(apps, schema_editor):
    """A site that has a name of its own is not called Sijill in English."""
    settings = apps.get_model("archive", "SiteSettings").objects.using(schema_editor.connection.alias)
    settings.exclude(name=DEFAULT_NAME).update(name_latin="")


class Migration(migrations.Migration):
    dependencies = [("archive", "0005_search_v2")]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="name_latin",
            field=models.CharField(blank=True, default="Sijill", max_length=100, verbose_name="site name in English"),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="description_latin",
            field=models.TextField(blank=True, verbose_name="description in English"),
        ),
        migrations.RunPython(leave_other_names_alone, migrations.RunPython.noop),
    ]
