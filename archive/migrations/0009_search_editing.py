"""Words of the same meaning, and articles pinned to a query; the group `editors` may do everything with them."""

import archive.models.fields
import django.core.validators
import django.db.models.deletion
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


ACTIONS = ("add", "change", "delete", "view")
MODELS = ("synonymgroup", "synonym", "searchpin")


def make_groups(apps, schema_editor):
    config = apps.get_app_config("archive")
    # Without a models module, as in a migration's apps, create_permissions makes none.
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None

    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="archive",
        codename__in=[f"{action}_{model}" for action in ACTIONS for model in MODELS],
    )
    # Groups are an administrator's: one that was removed does not come back.
    for group in apps.get_model("auth", "Group").objects.filter(name="editors"):
        group.permissions.add(*permissions)


def remove_groups(apps, schema_editor):
    """The permissions go with their models."""


class Migration(migrations.Migration):
    dependencies = [
        ("archive", "0008_search_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="SynonymGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("confirmed", "confirmed"), ("refused", "refused")],
                        default="confirmed",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("editor", "an editor"), ("learned", "learned from the archive")],
                        default="editor",
                        max_length=7,
                        verbose_name="origin",
                    ),
                ),
                (
                    "score",
                    models.FloatField(
                        default=0,
                        help_text="How alike the company is that the words keep in the archive, up to 1.",
                        verbose_name="likeness",
                    ),
                ),
            ],
            options={
                "verbose_name": "words of the same meaning",
                "verbose_name_plural": "words of the same meaning",
                "ordering": ["-score", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "confirmed", "refused"])),
                        name="synonym_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["editor", "learned"])), name="synonym_origin_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchPin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "query",
                    models.CharField(
                        help_text="The words that readers search for, in any spelling and order.",
                        max_length=200,
                        verbose_name="query",
                    ),
                ),
                ("key", archive.models.fields.QueryKeyField(blank=True, editable=False, source="query")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Lower numbers stand first.",
                        validators=[django.core.validators.MaxValueValidator(99)],
                        verbose_name="position",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pins",
                        to="archive.article",
                        verbose_name="article",
                    ),
                ),
            ],
            options={
                "verbose_name": "pinned article",
                "verbose_name_plural": "pinned articles",
                "ordering": ["key", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("key", "article"), name="pin_unique"),
                    models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="pin_key_present"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=80, verbose_name="word or phrase")),
                ("key", archive.models.fields.StemsField(blank=True, editable=False, source="text")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="synonyms",
                        to="archive.synonymgroup",
                        verbose_name="group",
                    ),
                ),
            ],
            options={
                "verbose_name": "word or phrase",
                "verbose_name_plural": "words and phrases",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["key"], name="synonym_key")],
                "constraints": [
                    models.UniqueConstraint(fields=("group", "key"), name="synonym_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("key", ""), _negated=True), name="synonym_key_present"
                    ),
                ],
            },
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
