"""The release before lives with every migration since; and what it could not live with is known for that."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from tests.archive.migrations_beside_old_code import APP, LARGE, RELEASED, problems, unreleased


@pytest.fixture(scope="module")
def released():
    return MigrationLoader(None).project_state((APP, RELEASED))


@pytest.mark.parametrize(
    ("name", "operation", "released", "before"),
    [pytest.param(*found, id=f"{found[0]}: {found[1].describe()}"[:100]) for found in unreleased()],
)
def test_the_release_before_lives_with_it(name, operation, released, before):
    assert problems(operation, released, before) == []


def test_large_tables_exist(released):
    assert sorted(name for name in LARGE if (APP, name) not in released.models) == []


TEXT = models.TextField(default="")
HARMLESS = [
    migrations.CreateModel("Harbour", [("id", models.BigAutoField(primary_key=True)), ("name", TEXT)]),
    migrations.AddField("harbour", "depth", models.IntegerField()),
    migrations.AddField("article", "note", models.TextField(null=True)),
    migrations.AddField("article", "note", models.TextField(db_default="")),
    migrations.AddField("article", "twins", models.ManyToManyField("archive.Article")),
    migrations.AlterField("section", "slug", models.SlugField(max_length=400)),
    migrations.RemoveIndex("article", "any_index"),
    migrations.AddIndex("section", models.Index("name", name="section_by_name")),
    AddIndexConcurrently("article", models.Index("title", name="article_by_title")),
    migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("article", "title")]),
    migrations.RunSQL("CREATE INDEX CONCURRENTLY one ON archive_article (title)"),
    migrations.RunSQL("CREATE INDEX one ON archive_harbour (name)"),
    migrations.RunSQL("-- DROP TABLE archive_article\nSELECT 1"),
    migrations.RunSQL("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN TRUNCATE scratch; END $$"),
    migrations.RunSQL("ALTER TABLE archive_article ADD COLUMN note text NOT NULL DEFAULT ''"),
    migrations.RunSQL("ALTER TABLE archive_article ADD COLUMN note text DEFAULT '' NOT NULL"),
    migrations.RunSQL("ALTER TABLE archive_article ADD CONSTRAINT c CHECK (title <> '') NOT VALID"),
    migrations.RunSQL("DROP TRIGGER t ON archive_article; DROP INDEX one"),
]
HARMFUL = [
    migrations.DeleteModel("Article"),
    migrations.RenameModel("Article", "Text"),
    migrations.RenameField("article", "title", "headline"),
    migrations.RemoveField("article", "title"),
    migrations.AlterModelTable("article", "texts"),
    migrations.AddField("article", "note", TEXT),
    migrations.AlterField("article", "published_at", models.DateTimeField()),
    migrations.AlterField("section", "slug", models.SlugField(max_length=10)),
    migrations.AlterField("section", "slug", models.IntegerField()),
    migrations.AlterField("section", "slug", models.SlugField(max_length=100, unique=True)),
    migrations.AddIndex("article", models.Index("title", name="article_by_title")),
    migrations.AddConstraint("article", models.CheckConstraint(condition=~models.Q(title=""), name="c")),
    migrations.AddConstraint("article", models.UniqueConstraint("title", name="c")),
    migrations.SeparateDatabaseAndState([migrations.RemoveField("article", "title")]),
    migrations.RunSQL("ALTER TABLE archive_article DROP COLUMN title"),
    migrations.RunSQL(["SELECT 1", ("DROP FUNCTION arabic_fold_v1(text)", [])]),
    migrations.RunSQL("ALTER TABLE archive_article RENAME TO texts"),
    migrations.RunSQL("ALTER TABLE archive_article ALTER COLUMN title TYPE varchar(10)"),
    migrations.RunSQL("ALTER TABLE archive_article ALTER COLUMN published_at SET NOT NULL"),
    migrations.RunSQL("ALTER TABLE archive_article ADD COLUMN note text NOT NULL"),
    migrations.RunSQL("ALTER TABLE archive_article ADD CONSTRAINT c CHECK (title <> '')"),
    migrations.RunSQL("CREATE UNIQUE INDEX one ON archive_article (title)"),
    migrations.RunSQL("TRUNCATE archive_article"),
]


def described(operation) -> str:
    return str(operation.sql) if isinstance(operation, migrations.RunSQL) else operation.describe()


@pytest.mark.parametrize("operation", HARMLESS, ids=described)
def test_what_only_adds_is_taken(operation, released):
    assert problems(operation, released, released) == []


@pytest.mark.parametrize("operation", HARMFUL, ids=described)
def test_what_old_code_does_not_bear_is_known(operation, released):
    assert len(problems(operation, released, released)) == 1
