"""What a version of an article says of its pictures can be brought back: files that were removed are kept for that."""

import django.db.models.deletion
from django.db import migrations, models

import archive.models.image


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0050_attached'),
    ]

    operations = [
        migrations.AlterField(
            model_name='image',
            name='file',
            field=models.ImageField(blank=True, height_field='height', upload_to=archive.models.image.picture_path, verbose_name='file', width_field='width'),
        ),
        migrations.CreateModel(
            name='RemovedPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('content', models.BinaryField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='removed_pictures', to='archive.article')),
            ],
            options={
                'verbose_name': 'file of a removed picture',
                'verbose_name_plural': 'files of removed pictures',
                'constraints': [models.UniqueConstraint(fields=('article', 'name'), name='removed_picture_once')],
            },
        ),
    ]
