"""Files of removed pictures are listed for editors, and their chiefs take one away for good."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from archive.migrations._granting import granting, remove_groups


def make_groups(apps, schema_editor):
    granting("view_removedpicture")(apps, schema_editor)
    granting("delete_removedpicture", groups=("chiefs",))(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0051_removed_pictures'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='removedpicture',
            options={'ordering': ['-removed_at', '-pk'], 'verbose_name': 'file of a removed picture', 'verbose_name_plural': 'files of removed pictures'},
        ),
        migrations.AddField(
            model_name='removedpicture',
            name='removed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='removed at'),
        ),
        migrations.AlterField(
            model_name='removedpicture',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='removed_pictures', to='archive.article', verbose_name='article'),
        ),
        migrations.AlterField(
            model_name='removedpicture',
            name='name',
            field=models.CharField(max_length=100, verbose_name='file'),
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
