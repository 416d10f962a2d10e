"""The two groups of the newsroom, by name: `editors` may do everything with the archive, `writers` write drafts.

Permissions are otherwise made after all migrations; here they are made first, so that the groups are whole on an
empty database too. The groups are data: an administrator may change them, and no later start puts them back.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations, models

ALL = ("add", "change", "delete", "view")
SEE = ("view",)
GROUPS = {
    "editors": {
        "article": (*ALL, "publish"),
        "articlelink": ALL,
        "mention": ALL,
        "image": ALL,
        "entity": ALL,
        "alias": ALL,
        "section": ALL,
        "source": ALL,
        "author": ALL,
        "capture": SEE,
        "banner": ALL,
        "socialaccount": ALL,
        "sitesettings": ("change", "view"),
    },
    "writers": {
        "article": ("add", "change", "view"),
        "articlelink": ALL,
        "mention": ALL,
        "image": ALL,
        "entity": SEE,
        "alias": SEE,
        "section": SEE,
        "source": SEE,
        "author": ("add", "view"),
        "capture": SEE,
    },
}


def make_groups(apps, schema_editor):
    config = apps.get_app_config("archive")
    # Without a models module, as in a migration's apps, create_permissions makes none.
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None

    group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    permissions = {
        permission.codename: permission
        for permission in permission_model.objects.filter(content_type__app_label="archive")
    }
    for name, models_allowed in GROUPS.items():
        group, _created = group_model.objects.get_or_create(name=name)
        group.permissions.add(
            *(permissions[f"{action}_{model}"] for model, actions in models_allowed.items() for action in actions)
        )


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("archive", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="article",
            options={
                "get_latest_by": "listed_at",
                "ordering": ["-listed_at", "-pk"],
                "permissions": [("publish_article", "Can publish and withdraw articles")],
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("status__in", ["draft", "scheduled"])),
                fields=["status"],
                name="article_unpublished",
            ),
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
