"""What goes with an article and is no column of its row, as versions keep it: authors, links, refusals, pictures.

Each version has it as JSON (`article_attached_v1`), by the names of the article's relations. Here two of them are
told apart for people to read. Versions that were kept before these were have None: of theirs nothing is known.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from archive.models import Article, ArticleEvent, ArticleLink, Image
from archive.text.differences import Piece, changed_words
from archive.text.direction import isolated

Row = dict[str, Any]
Attached = dict[str, list[Row]]

Line = list[Piece]
"""A line of text in pieces: what stayed, went or came."""


class Part(NamedTuple):
    """One of the article's relations, by NAME, in both versions: what there is of it, in lines."""

    name: str
    lines: list[Line]

    @property
    def changes(self) -> list[Line]:
        return [line for line in self.lines if any(piece.kind != "same" for piece in line)]


def attached_of(row: Article | ArticleEvent) -> Attached | None:
    """What goes with an article now, in no query where it came `with_attached`; or went with it in a version."""
    if "attached" not in row.__dict__:
        return Article.objects.with_attached().values_list("attached", flat=True).get(pk=row.pk)
    return row.attached


def field_label(name: str) -> str:
    """What the field or relation NAME of articles is called."""
    field = Article._meta.get_field(name)
    return str(field.related_model._meta.verbose_name_plural if field.one_to_many else field.verbose_name)


def compared(before: Attached, after: Attached) -> list[Part]:
    """Return all that editors may change, as it was BEFORE and AFTER."""
    return [
        _part("authors", before, after, _is_same_author, _author_texts),
        _part("images", before, after, _is_same_picture, _picture_texts),
        _part("links", before, after, _is_same_link, _link_texts),
        _part("refused_links", before, after, _is_same_article, _refused_texts),
    ]


def compared_for_readers(before: Attached, after: Attached) -> list[Part]:
    """As `compared`, what stands on the article's page as its own: who wrote it, and what is said of its pictures."""
    return [
        _part("authors", before, after, _is_same_author, _author_texts),
        _part("images", before, after, _is_same_picture, _caption_texts),
    ]


# --- What is still the same -----------------------------------------------------------------------------------------


def _is_same_author(one: Row, other: Row) -> bool:
    return one["id"] == other["id"] or one["name"] == other["name"]


def _is_same_article(one: Row, other: Row) -> bool:
    return one["article"] == other["article"]


def _is_same_link(one: Row, other: Row) -> bool:
    """Is it the same in both versions? Links find their articles, and lose them, without anybody's doing."""
    if one["kind"] != other["kind"]:
        return False
    if one["article"] and other["article"]:
        return one["article"] == other["article"]
    return (_title(one), one["url"]) == (_title(other), other["url"])


def _is_same_picture(one: Row, other: Row) -> bool:
    return (one["file"] or one["url"]) == (other["file"] or other["url"])


# --- In words -------------------------------------------------------------------------------------------------------

Texts = list[tuple[str, str]]
"""What is said of one row: pairs of what it is called, or "", and the words; of every row the same, in one order."""


def _author_texts(row: Row) -> Texts:
    return [("", row["name"])]


def _refused_texts(row: Row) -> Texts:
    return [("", row["article_title"])]


def _link_texts(row: Row) -> Texts:
    title, url = _title(row), isolated(row["url"], right_to_left=True)
    words = _("%(title)s (%(address)s)") % {"title": title, "address": url} if title and url else title or url
    origin = ArticleLink.Origin(row["origin"]).label
    return [(ArticleLink.Kind(row["kind"]).label, _("%(link)s — by: %(origin)s") % {"link": words, "origin": origin})]


def _picture_texts(row: Row) -> Texts:
    said = [(_picture_label(name), row[name]) for name in ("caption", "credit", "alternative_text")]
    decorative = _picture_label("is_decorative") if row["is_decorative"] else ""
    file = isolated(row["file"].rpartition("/")[2] or row["url"], right_to_left=True)
    return [(capfirst(str(Image._meta.verbose_name)), file), *said, ("", decorative)]


def _caption_texts(row: Row) -> Texts:
    return [("", row["caption"] or _("a picture without a caption")), ("", row["credit"])]


def _picture_label(name: str) -> str:
    return capfirst(str(Image._meta.get_field(name).verbose_name))


def _title(link: Row) -> str:
    return link["title"] or link["article_title"]


# --- Told apart -----------------------------------------------------------------------------------------------------


def _part(
    name: str,
    before: Attached,
    after: Attached,
    is_same: Callable[[Row, Row], bool],
    texts: Callable[[Row], Texts],
) -> Part:
    pairs = list(_pairs(before[name], after[name], is_same))
    lines = [line for old, new in pairs for line in _lines(old, new, texts)]
    kept = [new for old, new in pairs if old and new]
    # Authors have no order but that of their names.
    if name != "authors" and kept != [row for row in after[name] if row in kept]:
        lines.append([Piece("new", _("in another order"))])
    return Part(name, lines)


def _pairs(
    before: Sequence[Row], after: Sequence[Row], is_same: Callable[[Row, Row], bool]
) -> Iterator[tuple[Row | None, Row | None]]:
    """Each of BEFORE beside what it is AFTER, None where it went; then those that came."""
    came = list(after)
    for old in before:
        new = next((row for row in came if is_same(old, row)), None)
        if new is not None:
            came.remove(new)
        yield old, new
    yield from ((None, new) for new in came)


def _lines(old: Row | None, new: Row | None, texts: Callable[[Row], Texts]) -> Iterator[Line]:
    if old and new:
        # What is called otherwise now is nobody's change of this article.
        called = {name: new[name] for name in ("name", "article_title") if new.get(name)}
        for (label, before), (_label, after) in zip(texts(old | called), texts(new), strict=True):
            if pieces := changed_words(before, after):
                yield [Piece("same", _labelled(label)), *pieces] if label else pieces
            elif after:
                yield [Piece("same", _labelled(label, after))]
        return
    kind = "gone" if old else "new"
    yield from ([Piece(kind, _labelled(label, words))] for label, words in texts(old or new) if words)


def _labelled(label: str, words: str = "") -> str:
    return (_("%(label)s: %(words)s") % {"label": label, "words": words}).strip() if label else words
