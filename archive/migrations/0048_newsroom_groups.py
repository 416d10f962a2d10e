"""Chiefs and archivists, and what the newsroom's groups may do of what came with it.

As the first two groups, these are data: an administrator may change them, and no later start puts them back.
"""

from django.db import migrations

from archive.migrations._granting import make_permissions

ALL = ("add", "change", "delete", "view")

EDITORS = {
    "article": ("submit", "curate"),
    "frontpagearticle": ALL,
    "redirect": ALL,
    "bulkchange": ("view",),
    "outgoinglink": ("change", "view"),
}
WRITERS = {"article": ("submit",)}
ARCHIVISTS = {
    "article": ("add", "change", "view", "submit", "curate"),
    **dict.fromkeys(
        ("articlelink", "mention", "image", "entity", "alias", "quotation", "redirect", "story", "storyarticle"), ALL
    ),
    **dict.fromkeys(("section", "source", "author"), ("add", "change", "view")),
    "articlecopy": ("change", "view"),
    "nameproposal": ("change", "view"),
    "outgoinglink": ("change", "view"),
    "setasiderecord": ("change", "view"),
    "importrun": ("add", "change", "view"),
    "capture": ("view",),
    "correction": ("view",),
    "refusedname": ("view",),
    "bulkchange": ("view",),
    "refusedlink": ALL,
}


def make_groups(apps, schema_editor):
    make_permissions(apps, schema_editor)
    groups = apps.get_model("auth", "Group").objects
    # A group that an administrator has removed does not come back.
    for name, rights in (("editors", EDITORS), ("writers", WRITERS)):
        for group in groups.filter(name=name):
            group.permissions.add(*_permissions(apps, rights))
    archivists, _created = groups.get_or_create(name="archivists")
    archivists.permissions.add(*_permissions(apps, ARCHIVISTS))
    chiefs, _created = groups.get_or_create(name="chiefs")
    chiefs.permissions.add(*_permissions(apps, {"article": ("lift_embargo",)}))
    # They may whatever editors may, as this newsroom has it.
    for editors in groups.filter(name="editors"):
        chiefs.permissions.add(*editors.permissions.all())


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=("archivists", "chiefs")).delete()


def _permissions(apps, rights):
    codenames = {f"{action}_{model}" for model, actions in rights.items() for action in actions}
    found = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="archive", codename__in=codenames
    )
    return list(found)


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0047_newsroom'),
    ]

    operations = [
        migrations.RunPython(make_groups, remove_groups),
    ]
