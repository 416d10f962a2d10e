"""Bringing back what went with an article in an earlier version: its authors, links, refusals and pictures."""

from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile
from django.db import transaction

from archive.attached import Attached, Row, attached_of, compared
from archive.models import Article, ArticleLink, Author, Image, RefusedLink

LINK = ("kind", "origin", "position", "url")
PICTURE = ("url", "caption", "credit", "alternative_text", "is_decorative", "position")


def differing(article: Article, wanted: Attached) -> list[str]:
    """The parts in which what goes with ARTICLE now differs from what is WANTED."""
    return [part.name for part in compared(attached_of(article), wanted) if part.changes]


@transaction.atomic
def bring_back(article: Article, wanted: Attached, parts: Collection[str], *, by: AbstractBaseUser) -> list[str]:
    """Make the PARTS of what goes with ARTICLE what is WANTED; return the pictures whose files are no more.

    The article's row is saved before: so the version that is made of it knows what goes with it now.
    """
    lost: list[str] = []
    for name in parts:
        match name:
            case "authors":
                article.authors.set([_author(row) for row in wanted[name]])
            case "links":
                _bring_links(article, wanted[name])
            case "refused_links":
                _bring_refusals(article, wanted[name], by)
            case "images":
                lost = _bring_pictures(article, wanted[name])
    return lost


def _author(row: Row) -> Author:
    """Whom ROW names: the same, whatever the name is now; or else who has the name."""
    author = Author.objects.filter(pk=row["id"]).first() or Author.objects.filter(name__iexact=row["name"]).first()
    return author or Author.objects.create(name=row["name"])


def _bring_links(article: Article, rows: list[Row]) -> None:
    """A link to an article that is gone waits for it, by its title."""
    here = _here(rows)
    links = [
        ArticleLink(
            from_article=article,
            to_article_id=row["article"] if row["article"] in here else None,
            title=row["title"] if row["article"] in here else row["title"] or row["article_title"],
            **{name: row[name] for name in LINK},
        )
        for row in rows
    ]
    article.links.all().delete()
    # One that finds its article by itself must not take the place of one that has it.
    ArticleLink.objects.bulk_create(sorted(links, key=lambda link: link.to_article_id is None))


def _bring_refusals(article: Article, rows: list[Row], by: AbstractBaseUser) -> None:
    here = _here(rows)
    article.refused_links.exclude(other__in=here).delete()
    for row in rows:
        if row["article"] in here:
            RefusedLink.objects.get_or_create(article=article, other_id=row["article"], defaults={"refused_by": by})


def _here(rows: list[Row]) -> set[int]:
    """The numbers of the articles that ROWS name and that are still there."""
    return set(Article.objects.filter(pk__in=[row["article"] for row in rows]).values_list("pk", flat=True))


def _bring_pictures(article: Article, rows: list[Row]) -> list[str]:
    present = {image.file.name or image.url: image for image in article.images.all()}
    lost = []
    for row in rows:
        image = present.pop(row["file"] or row["url"], None) or Image(article=article)
        for name in PICTURE:
            setattr(image, name, row[name])
        if row["file"] and not image.file:
            image.file, image.width, image.height = _file(article, row["file"]), row["width"], row["height"]
            if not image.file:
                lost.append(row["caption"] or row["file"].rpartition("/")[2])
                continue
        image.save()
    for image in present.values():
        image.delete()
    return lost


def _file(article: Article, name: str) -> str:
    """The file that was called NAME, by the name under which it is there again; "" where nobody has it."""
    storage = Image.file.field.storage
    if storage.exists(name):
        return name
    removed = article.removed_pictures.filter(name=name).first()
    return storage.save(name, ContentFile(removed.content)) if removed else ""
