"""How answers name a thing that has an answer of its own.

Names of sections, sources and entities are data: they do not change with the language of the messages.
"""

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Field, Schema

from archive.api.answers import Moment, utc
from archive.models import Article, Entity, Section, Source, Story


class Named(Schema):
    slug: str
    name: str


def named(thing: Section | Source | None) -> dict | None:
    return {"slug": thing.slug, "name": thing.name} if thing else None


class ArticleCard(Schema):
    id: int
    title: str
    url: str = Field(description=_("The path of its page on this site."))
    published_at: Moment | None = Field(
        description=_("In UTC; a date known to the day, month or year only is the first midnight of it.")
    )
    date_precision: str = Field(
        description=_("How much of the date is known."),
        json_schema_extra={"enum": Article.Precision.values},
    )
    section: Named | None
    source: Named


def article_card(article: Article) -> dict:
    return {
        "id": article.pk,
        "title": article.title,
        "url": article.get_absolute_url(),
        "published_at": published_at(article),
        "date_precision": article.date_precision,
        "section": named(article.section),
        "source": named(article.source),
    }


def published_at(article: Article) -> str | None:
    """The date of ARTICLE; one known to the day or less is a date of the calendar, free of time zones."""
    if article.published_at is None:
        return None
    if article.date_precision == Article.Precision.MINUTE:
        return utc(article.published_at)
    day = timezone.localtime(article.published_at).date()
    if article.date_precision != Article.Precision.DAY:
        day = day.replace(day=1)
    if article.date_precision == Article.Precision.YEAR:
        day = day.replace(month=1)
    return f"{day.isoformat()}T00:00:00Z"


class EntityCard(Schema):
    id: int
    name: str
    name_latin: str
    kind: str = Field(json_schema_extra={"enum": Entity.Kind.values})
    url: str = Field(description=_("The path of its page on this site."))


def entity_card(entity: Entity) -> dict:
    return {
        "id": entity.pk,
        "name": entity.name,
        "name_latin": entity.name_latin,
        "kind": entity.kind,
        "url": entity.get_absolute_url(),
    }


class StoryCard(Schema):
    id: int
    title: str
    url: str = Field(description=_("The path of its page on this site."))


def story_card(story: Story | None) -> dict | None:
    return {"id": story.pk, "title": story.title, "url": story.get_absolute_url()} if story else None
