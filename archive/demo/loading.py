"""Putting the demo archive in, and taking it out whole."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from archive.demo.figures import COUNTRIES, invented_table
from archive.entities.linking import link_mentions
from archive.ingest.statistics.importing import import_figures
from archive.ingest.statistics.mapping import read_mapping
from archive.models import (
    Alias,
    Article,
    ArticleLink,
    Author,
    Banner,
    Dataset,
    Entity,
    Image,
    Mention,
    Region,
    Section,
    SocialAccount,
    Source,
    Story,
)
from archive.stories.changing import renew
from archive.text.html import clean_html
from archive.text.normalize import words

DEMO_DIR = Path(__file__).parent
EXTERNAL_ID_PREFIX = "demo:"
OF_DEMO = Q(external_id__startswith=EXTERNAL_ID_PREFIX)
"""The articles of the demo archive, whose sources and bylines are invented."""


@dataclass(frozen=True)
class DemoCount:
    """How many of each came or went."""

    articles: int
    entities: int


@dataclass(frozen=True)
class DemoRemoval:
    """How much of the demo archive went, and the names of what stayed because other articles use it."""

    articles: int
    entities: int
    kept_sections: list[str]
    kept_sources: list[str]
    kept_entities: list[str]


def is_demo(article: Article) -> bool:
    """Whether ARTICLE is of the demo archive, so that its source and byline are invented."""
    return (article.external_id or "").startswith(EXTERNAL_ID_PREFIX)


def is_new_archive() -> bool:
    """Whether no article has ever been here: an archive that was emptied, of the demo too, is to stay empty."""
    return not (Article.objects.exists() or Article.pgh_event_model.objects.exists())


@transaction.atomic
def load_demo() -> DemoCount:
    """Put the demo archive in; what is there already stays as it is."""
    newspapers = _read(DEMO_DIR / "newspapers.toml")
    sections = {
        key: _named(Section, values, position=position)
        for position, (key, values) in enumerate(newspapers["sections"].items(), start=1)
    }
    sources = {key: _named(Source, values) for key, values in newspapers["sources"].items()}
    entities = _load_entities()
    articles = _load_articles(sections, sources)
    link_mentions([article.pk for article in articles])
    banner = newspapers["banner"]
    load_figures(banner["dataset"])
    Banner.objects.get_or_create(
        text=banner["text"],
        defaults={
            "text_latin": banner["text_latin"],
            "url": reverse("archive:statistics-detail", args=[banner["dataset"]]),
        },
    )
    if not SocialAccount.objects.exists():  # A site that has accounts shows no invented ones beside them.
        SocialAccount.objects.bulk_create(
            SocialAccount(network=network, url=url, position=position)
            for position, (network, url) in enumerate(newspapers["accounts"].items())
        )
    return DemoCount(articles=len(articles), entities=entities)


@transaction.atomic
def remove_demo() -> DemoRemoval:
    """Take the demo archive out, and with it whatever only the demo used."""
    newspapers = _read(DEMO_DIR / "newspapers.toml")
    demo = Article.objects.filter(OF_DEMO)
    authors = list(Author.objects.filter(articles__in=demo).values_list("pk", flat=True))
    article_count = demo.count()
    stories = list(Story.objects.filter(places__article__in=demo).values_list("pk", flat=True))
    demo.delete()
    for story_id in stories:
        renew(story_id)
    Author.objects.filter(pk__in=authors, articles=None).delete()
    entries = {(entry["kind"], entry["name"]): entry for entry in _entity_entries()}
    namesakes = Entity.objects.filter(name__in={name for _kind, name in entries}).order_by("name")
    known = [entity for entity in namesakes if _is_loaded(entity, entries.get((entity.kind, entity.name)))]
    mentioned = set(Mention.objects.filter(entity__in=known).values_list("entity", flat=True))
    unused = [entity.pk for entity in known if entity.pk not in mentioned]
    Entity.objects.filter(pk__in=unused).delete()
    Banner.objects.filter(text=newspapers["banner"]["text"]).delete()
    SocialAccount.objects.filter(url__in=newspapers["accounts"].values()).delete()
    Dataset.objects.filter(is_demo=True).delete()
    Region.objects.filter(code__in=COUNTRIES, observations=None).delete()
    return DemoRemoval(
        articles=article_count,
        entities=len(unused),
        kept_sections=_remove_unused(Section, newspapers["sections"]),
        kept_sources=_remove_unused(Source, newspapers["sources"]),
        kept_entities=[entity.name for entity in known if entity.pk in mentioned],
    )


def load_figures(slug: str) -> None:
    """Put invented figures in, marked as such, unless there are any of that address."""
    if not Dataset.objects.filter(slug=slug).exists():
        mapping = read_mapping((DEMO_DIR / "statistics.toml").read_text(encoding="utf-8"))
        import_figures(invented_table().encode(), slug, mapping)
        Dataset.objects.filter(slug=slug).update(is_demo=True)


def _remove_unused(model: type[Section | Source], entries: dict) -> list[str]:
    """Delete what ENTRIES name and no article uses; return the names of what stays."""
    ours = model.objects.filter(name__in=_names(entries))
    ours.filter(articles=None).delete()
    return list(ours.values_list("name", flat=True))


def _read(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _names(entries: dict) -> list[str]:
    return [values["name"] for values in entries.values()]


def _named(model: type[Section | Source], values: dict, **defaults):
    thing = model.objects.filter(name=values["name"]).first()
    if thing is None:
        thing = model(**values, **defaults)
        thing.full_clean()
        thing.save()
    return thing


def _entity_entries() -> Iterable[dict]:
    for path in sorted((DEMO_DIR / "entities").glob("*.toml")):
        yield from _read(path)["entity"]


def _is_loaded(entity: Entity, entry: dict | None) -> bool:
    """Is ENTITY what was made of ENTRY? An editor's may have its kind and name."""
    if entry is None:
        return False
    if "wikidata" in entry:
        return entity.wikidata_id == entry["wikidata"]
    return entity.description == entry.get("description", "")


def _load_entities() -> int:
    count = 0
    from_list = _from_starter_list()
    for entry in _entity_entries():
        names = [entry["name"], *entry.get("aliases", [])]
        entity = next(filter(None, (from_list.get((entry["kind"], words(name))) for name in names)), None)
        if entity is None and Entity.objects.filter(kind=entry["kind"], name=entry["name"]).exists():
            continue
        # What the starter list knows of it is less.
        entity = entity or Entity(kind=entry["kind"])
        entity.name = entry["name"]
        entity.name_latin = entry.get("name_latin", "")
        entity.description = entry.get("description", "")
        entity.description_latin = entry.get("description_latin", "")
        entity.wikidata_id = entry.get("wikidata")
        entity.from_starter_list = False
        if "latitude" in entry:
            entity.latitude, entity.longitude = entry["latitude"], entry["longitude"]
        entity.save()
        count += 1
        weak = entry.get("weak", [])
        names = [entity.name, entity.name_latin, *entry.get("aliases", []), *weak]
        entity.aliases.filter(name__in=names).delete()
        entity.aliases.update(kind=Alias.Kind.SPELLING)
        Alias.objects.bulk_create(
            Alias(
                entity=entity,
                name=name,
                script=Alias.Script.LATIN if name.isascii() or name[0] < "\u0600" else Alias.Script.ARABIC,
                kind=Alias.Kind.NAME if name in (entity.name, entity.name_latin) else Alias.Kind.SPELLING,
                ambiguous=name in weak,
            )
            for name in dict.fromkeys(names)
            if name
        )
    return count


def _from_starter_list() -> dict[tuple[str, str], Entity]:
    """The entities that came with the starter list, by their kind and each folded name that means them."""
    aliases = Alias.objects.filter(entity__from_starter_list=True, ambiguous=False).select_related("entity")
    return {(alias.entity.kind, alias.key): alias.entity for alias in aliases}


def _load_articles(sections: dict[str, Section], sources: dict[str, Source]) -> list[Article]:
    """Create the articles that are not here yet, with their authors, pictures and links; return those created."""
    entries = {path.stem: _read(path) for path in sorted((DEMO_DIR / "articles").glob("*.toml"))}
    articles = {
        article.external_id.removeprefix(EXTERNAL_ID_PREFIX): article for article in Article.objects.filter(OF_DEMO)
    }
    created = []
    for key, entry in entries.items():
        if key in articles:
            continue
        article = articles[key] = Article(
            title=entry["title"],
            kicker=entry.get("kicker", ""),
            summary=entry.get("summary", ""),
            body=clean_html(entry["body"]),
            section=sections[entry["section"]],
            source=sources[entry["source"]],
            place=entry.get("place", ""),
            published_at=_moment(entry.get("published")),
            date_precision=entry["precision"],
            importance=entry.get("importance", 0),
            status=Article.Status.PUBLISHED,
            external_id=EXTERNAL_ID_PREFIX + key,
        )
        article.full_clean()
        article.save()
        article.authors.set(Author.objects.get_or_create(name=name)[0] for name in entry.get("authors", []))
        _add_image(article, entry.get("image"))
        created.append(article)
    _add_links(articles, entries)
    return created


def _moment(value: date | datetime | None) -> datetime | None:
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return timezone.make_aware(moment)


def _add_image(article: Article, entry: dict | None) -> None:
    if not entry:
        return
    path = DEMO_DIR / "images" / entry["file"]
    with path.open("rb") as file:
        image = Image(article=article, **{name: value for name, value in entry.items() if name != "file"})
        image.file.save(path.name, File(file), save=True)


def _add_links(articles: dict[str, Article], entries: dict[str, dict]) -> None:
    links = []
    for key, entry in entries.items():
        kinds = ArticleLink.Kind
        wanted = [(entry["follows"], key, kinds.FOLLOW_UP)] if "follows" in entry else []
        wanted += [(key, target, kinds.RELATED) for target in entry.get("related", [])]
        wanted += [(key, target, kinds.BACKGROUND) for target in entry.get("background", [])]
        links += [
            ArticleLink(from_article=articles[origin], to_article=articles[target], kind=kind, position=position)
            for position, (origin, target, kind) in enumerate(wanted)
        ]
    # Links that are here already stay as they are.
    ArticleLink.objects.bulk_create(links, ignore_conflicts=True)
