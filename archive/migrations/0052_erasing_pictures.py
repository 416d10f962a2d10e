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
            options={'ordering': [models.OrderBy(models.F('removed_at'), descending=True, nulls_last=True), '-pk'], 'verbose_name': 'file of a removed picture', 'verbose_name_plural': 'files of removed pictures'},
        ),
        migrations.AddField(
            model_name='removedpicture',
            name='removed_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='removed at'),
        ),
        # Only what is removed from now on has its moment: of the rows that are there it is unknown.
        migrations.AlterField(
            model_name='removedpicture',
            name='removed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, null=True, verbose_name='removed at'),
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
