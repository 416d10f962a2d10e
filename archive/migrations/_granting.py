"""What later migrations share that bring editors new rights."""

from collections.abc import Callable

from django.contrib.auth.management import create_permissions


def make_permissions(apps, schema_editor) -> None:
    """Make the permissions of the app's models now.

    They are otherwise made after all migrations; here they are made first, so that groups are whole on an empty
    database too.
    """
    config = apps.get_app_config("archive")
    # Without a models module, as in a migration's apps, create_permissions makes none.
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None


def granting(*codenames: str, groups: tuple[str, ...] = ("editors", "chiefs")) -> Callable:
    """Return what gives the GROUPS, editors and their chiefs, the permissions with CODENAMES, for `RunPython`."""

    def grant(apps, schema_editor):
        make_permissions(apps, schema_editor)
        permissions = apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label="archive", codename__in=codenames
        )
        # Groups are an administrator's: one that was removed does not come back.
        for group in apps.get_model("auth", "Group").objects.filter(name__in=groups):
            group.permissions.add(*permissions)

    return grant


def remove_groups(apps, schema_editor):
    """The permissions go with their models."""
