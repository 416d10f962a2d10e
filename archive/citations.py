"""How an article is cited: as BibTeX, RIS and CSL-JSON, and in the tags by which Zotero and its like read a page.

Names are kept whole: what is the first and what the last of an Arabic name is not for a program to say. A date says
no more than is known of it, and is missing where nothing is.
"""

import json
from dataclasses import dataclass

from django.utils import timezone

from archive.models import Article
from archive.text.xml import xml_text

KEY_PREFIX = "sijill"
BIBTEX_TYPE = "application/x-bibtex"
RIS_TYPE = "application/x-research-info-systems"
CSL_TYPE = "application/vnd.citationstyles.csl+json"
PARTS_KNOWN = {
    Article.Precision.YEAR: 1,
    Article.Precision.MONTH: 2,
    Article.Precision.DAY: 3,
    Article.Precision.MINUTE: 3,
}
BIBTEX_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
BIBTEX_LANGUAGES = {"ar": "arabic", "en": "english", "fr": "french"}
NEWSPAPER_ARTICLE = "newspaperArticle"
"""Zotero's own name of the type: without it Zotero takes a page with such tags for a journal's."""

# What TeX would obey. The address of an article has none of these but what may stand in an address.
_BIBTEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)


@dataclass(frozen=True)
class Citation:
    """What of an article is cited; DATE is (year, month, day) as far as it is known, URL its short address."""

    number: int
    title: str
    authors: tuple[str, ...]
    source: str
    section: str
    date: tuple[int, ...]
    url: str
    language: str
    summary: str

    @classmethod
    def of(cls, article: Article, url: str) -> "Citation":
        return cls(
            number=article.pk,
            title=_line(article.title),
            authors=tuple(map(_line, article.author_names)),
            source=_line(article.source.known_name),
            section=_line(article.section.name) if article.section else "",
            date=_date(article),
            url=url,
            language=article.language,
            summary=_line(article.summary),
        )

    @property
    def key(self) -> str:
        return f"{KEY_PREFIX}{self.number}"


def _line(text: str) -> str:
    """TEXT in one line, without characters that are no text."""
    return " ".join(xml_text(text).split())


def _date(article: Article) -> tuple[int, ...]:
    if article.published_at is None:
        return ()
    local = timezone.localtime(article.published_at)
    return (local.year, local.month, local.day)[: PARTS_KNOWN[article.date_precision]]


def _joined_date(citation: Citation, separator: str) -> str:
    """The date as YYYY, YYYY-MM or YYYY-MM-DD, with SEPARATOR between; empty for none."""
    year_and_more = (
        (f"{citation.date[0]:04d}", *(f"{part:02d}" for part in citation.date[1:])) if citation.date else ()
    )
    return separator.join(year_and_more)


def bibtex(citation: Citation) -> str:
    """An @article with a `journal`, as BibTeX has no newspapers. DATE is for BibLaTeX, YEAR and MONTH for BibTeX."""
    fields = [("title", f"{{{_tex(citation.title)}}}")]
    if citation.authors:
        fields.append(("author", " and ".join(f"{{{_tex(name)}}}" for name in citation.authors)))
    if citation.source:
        fields.append(("journal", _tex(citation.source)))
    if citation.date:
        fields += [("date", _joined_date(citation, "-")), ("year", f"{citation.date[0]:04d}")]
    fields += [("url", citation.url), ("language", citation.language)]
    if language := BIBTEX_LANGUAGES.get(citation.language):
        fields.append(("langid", language))
    lines = [f"  {name} = {{{value}}}," for name, value in fields]
    if len(citation.date) > 1:
        # A macro, which each style writes in its own way.
        lines.append(f"  month = {BIBTEX_MONTHS[citation.date[1] - 1]},")
    return "\n".join([f"@article{{{citation.key},", *lines, "}", ""])


def _tex(text: str) -> str:
    return text.translate(_BIBTEX_ESCAPES)


def ris(citation: Citation) -> str:
    """A record of the type NEWS."""
    lines = [("TY", "NEWS"), ("ID", citation.key), ("TI", citation.title)]
    lines += [("AU", name) for name in citation.authors]
    lines.append(("T2", citation.source))
    if citation.date:
        # Year, month, day and whatever else, each between slashes, known or not.
        date = _joined_date(citation, "/") + "/" * (4 - len(citation.date))
        lines += [("PY", f"{citation.date[0]:04d}"), ("DA", date)]
    lines += [("SE", citation.section), ("AB", citation.summary), ("LA", citation.language), ("UR", citation.url)]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n"


def csl_json(citation: Citation) -> str:
    """A list of one item, as citation processors take it."""
    item = {
        "id": citation.key,
        "type": "article-newspaper",
        "title": citation.title,
        "author": [{"literal": name} for name in citation.authors],
        "container-title": citation.source,
        "section": citation.section,
        "issued": {"date-parts": [list(citation.date)]} if citation.date else None,
        "abstract": citation.summary,
        "language": citation.language,
        "URL": citation.url,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1) + "\n"


def citation_tags(citation: Citation, address: str) -> tuple[tuple[str, str], ...]:
    """Return the tags of the page at ADDRESS, as pairs of name and content: Highwire's, and Dublin Core's."""
    date = _joined_date(citation, "-")
    pairs = [
        ("citation_title", citation.title),
        *(("citation_author", name) for name in citation.authors),
        ("citation_journal_title", citation.source),
        ("citation_publication_date", _joined_date(citation, "/")),
        ("citation_language", citation.language),
        ("citation_public_url", citation.url),
        ("citation_fulltext_html_url", address),
        ("DC.type", NEWSPAPER_ARTICLE),
        ("DC.title", citation.title),
        *(("DC.creator", name) for name in citation.authors),
        ("DC.source", citation.source),
        ("DC.date", date),
        ("DC.language", citation.language),
        ("DC.identifier", citation.url),
    ]
    return tuple((name, content) for name, content in pairs if content)
