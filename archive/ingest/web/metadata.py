"""What a page says about its article in its metadata: JSON-LD, Open Graph, Highwire and Dublin Core, microdata.

Each of them fills what those before it leave open. Nothing here is text that a reader of the page sees.
"""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from archive.ingest.cleaning import single_line
from archive.ingest.web.tree import attribute, text_of

MAX_JSON_CHARS = 2_000_000
MAX_NODES = 5000
MAX_VALUE_CHARS = 2000
MIN_TURN_WORDS = 3

_ARTICLES = frozenset(
    [
        "article",
        "newsarticle",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "backgroundnewsarticle",
        "reviewnewsarticle",
        "askpublicnewsarticle",
        "advertisercontentarticle",
        "satiricalarticle",
        "blogposting",
        "liveblogposting",
        "socialmediaposting",
        "discussionforumposting",
        "report",
        "scholarlyarticle",
        "techarticle",
        "creativework",
    ]
)
_PAGES = frozenset({"webpage", "itempage"})
_FRONTS = frozenset({"collectionpage", "searchresultspage"})
_ORGANISATIONS = frozenset({"organization", "newsmediaorganization", "website", "corporation", "localbusiness"})

_TITLES = (
    "og:title",
    "twitter:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
    "title",
)
_PUBLISHED = (
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publicationdate",
    "published_time",
    "published",
    "article_date_original",
    "originalpublicationdate",
    "cxenseparse:recs:publishtime",
    "bt:pubdate",
    "article.published",
    "rnews:datepublished",
    "date",
)
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "revised",
)
_AUTHORS = (
    "author",
    "article:author",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
)
_SECTIONS = ("article:section", "parsely-section", "articlesection", "section", "category", "dc.subject.category")
_SITES = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "citation_journal_title",
    "dc.publisher",
    "publisher",
)
_PICTURES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "thumbnailurl")
_URLS = ("og:url", "twitter:url", "parsely-link", "url")

_OWN_SITE = ("og:site_name", "citation_journal_title", "dc.publisher", "application-name")
_NOT_A_NAME = re.compile(r"https?://|www\.|@|^/|^\d+$")
_NOBODY = frozenset(
    {"admin", "administrator", "editor", "webmaster", "user", "root", "المحرر", "ادمن", "مدير الموقع"}
)
_TURNS = etree.XPath("//a[@rel='prev' or @rel='next']")
_JSON_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_BROKEN_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|articleSection|inLanguage|name|@type|url)"\s*:\s*"((?:[^"\\]|\\.)*)"(?=\s*[,}\]])'
)
_BROKEN_AUTHOR = re.compile(r'"author"\s*:\s*[\[{][^\]}]*?"name"\s*:\s*"((?:[^"\\]|\\.)*)"(?=\s*[,}\]])')


@dataclass(slots=True)
class PictureData:
    url: str
    caption: str = ""
    alternative_text: str = ""


@dataclass(slots=True)
class Metadata:
    """Values as the page gives them, as single lines; the first of several is the one to believe."""

    titles: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    modified: str = ""
    authors: list[str] = field(default_factory=list)
    section: str = ""
    sites: list[str] = field(default_factory=list)
    site: str = ""
    """What the page says its site is called; SITES are all names by which it may be."""

    urls: list[str] = field(default_factory=list)
    pictures: list[PictureData] = field(default_factory=list)
    language: str = ""
    description: str = ""
    body: str = ""
    is_article: bool = False
    is_front: bool = False
    previous: tuple[str, str] | None = None
    next: tuple[str, str] | None = None


def read_metadata(root: etree._Element) -> Metadata:
    """Return what the metadata of the page under ROOT says."""
    found = Metadata()
    metas = _metas(root)
    _read_json(root, found, _first(metas, ("og:url",)))
    _read_metas(metas, found)
    _read_microdata(root, found)
    _read_links(root, found)
    found.language = found.language or attribute(root, "lang", "xml:lang")
    return found


def _add(values: list[str], *more: str) -> None:
    for value in more:
        line = single_line(value[:MAX_VALUE_CHARS])
        if line and line not in values:
            values.append(line)


def _add_authors(found: Metadata, names: Iterable[str]) -> None:
    names = [name for name in map(single_line, names) if name and not _NOT_A_NAME.search(name)]
    names = [name for name in names if name.lower() not in _NOBODY and name not in found.sites]
    if not found.authors:
        _add(found.authors, *names)


# --- Metas ---


def _metas(root: etree._Element) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        content = meta.get("content")
        if not content or not content.strip():
            continue
        for name in {meta.get("property"), meta.get("name"), meta.get("http-equiv")}:
            if name:
                metas.setdefault(name.strip().lower(), []).append(content.strip())
    return metas


def _first(metas: dict[str, list[str]], names: Iterable[str]) -> str:
    return next((metas[name][0] for name in names if name in metas), "")


def _read_metas(metas: dict[str, list[str]], found: Metadata) -> None:
    told = [single_line(_first(metas, (name,))) for name in _OWN_SITE]
    found.site = next(iter([*filter(None, told), *found.sites]), "")
    _add(found.sites, *(metas[name][0] for name in _SITES if name in metas))
    _add(found.titles, *(metas[name][0] for name in _TITLES if name in metas))
    _add(found.published, *(value for name in _PUBLISHED for value in metas.get(name, ())[:1]))
    found.modified = found.modified or _first(metas, _MODIFIED)
    for name in _AUTHORS:
        _add_authors(found, metas.get(name, ()))
    found.section = found.section or single_line(_first(metas, _SECTIONS))
    _add(found.urls, *(metas[name][0] for name in _URLS if name in metas))
    if not found.pictures and (url := _first(metas, _PICTURES)):
        alternative = _first(metas, ("og:image:alt", "twitter:image:alt"))
        found.pictures.append(PictureData(url, alternative_text=single_line(alternative)))
    found.description = found.description or single_line(_first(metas, ("og:description", "description")))
    found.language = found.language or _first(
        metas, ("inlanguage", "dc.language", "dcterms.language", "content-language")
    )
    kind = _first(metas, ("og:type",)).lower()
    found.is_article = (
        found.is_article
        or kind in {"article", "news", "newsarticle", "news.article"}
        or any(name in metas for name in ("article:published_time", "citation_title"))
    )
    found.is_front = found.is_front or kind in {"website", "blog", "profile"}


# --- JSON-LD ---


def _read_json(root: etree._Element, found: Metadata, address: str) -> None:
    nodes: list[dict] = []
    broken: list[str] = []
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        values, is_whole = parse_json(script.text[:MAX_JSON_CHARS])
        for value in values:
            nodes.extend(_nodes(value))
        if not is_whole:
            broken.append(script.text[:MAX_JSON_CHARS])
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    for node in nodes:
        if _types(node) & {"website", "newsmediaorganization"}:
            _add(found.sites, *_names(node, named))
        elif "breadcrumblist" in _types(node) and not found.section:
            found.section = _breadcrumb(node, named)
    listed = _listed_nodes(nodes)
    articles = [node for node in nodes if _types(node) & _ARTICLES and id(node) not in listed]
    # Beside the article itself a page may describe those it links to.
    articles.sort(key=lambda node: (bool(address) and address not in _addresses(node), "headline" not in node))
    pages = [node for node in nodes if _types(node) & _PAGES]
    found.is_front = any(_types(node) & _FRONTS for node in nodes) and not articles
    for node in [*articles[:1], *pages[:1]]:
        _read_node(node, named, found, is_article=any(node is article for article in articles[:1]))
    if not articles:
        for text in broken:
            _read_broken(text, found)


def parse_json(text: str) -> tuple[list, bool]:
    """Return the values in TEXT, and whether it was all JSON: pages write it with comments, commas and line ends."""
    text = text.strip().lstrip("\ufeff")
    for _end in range(2):
        text = _JSON_COMMENT.sub("", text).strip()
    text = text.rstrip(";").strip()
    decoder = json.JSONDecoder(strict=False)
    for attempt in (text, _TRAILING_COMMA.sub("", text)):
        values: list = []
        position = 0
        try:
            while position < len(attempt):
                value, end = decoder.raw_decode(attempt, position)
                values.append(value)
                position = end
                while position < len(attempt) and attempt[position] in " \t\r\n,;":
                    position += 1
        except (ValueError, RecursionError):
            continue
        return values, True
    return [], False


def _nodes(value: object) -> Iterator[dict]:
    """The objects in VALUE, outer ones first."""
    waiting = deque([value])
    count = 0
    while waiting and count < MAX_NODES:
        one = waiting.popleft()
        count += 1
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            if "@type" in one or "@graph" in one:
                yield one
            waiting.extend(child for child in one.values() if isinstance(child, list | dict))


def _types(node: dict) -> set[str]:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return {kind.rpartition("/")[2].rpartition(":")[2].lower() for kind in kinds if isinstance(kind, str)}


def _listed_nodes(nodes: list[dict]) -> set[int]:
    """Which of NODES, by their identity in memory, are entries of lists."""
    listed: set[int] = set()
    for node in nodes:
        if "itemlist" in _types(node):
            for entry in _dicts(node.get("itemListElement")):
                listed |= {id(entry), id(entry.get("item"))}
    return listed


def _dicts(value: object) -> list[dict]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _addresses(node: dict) -> set[str]:
    page = node.get("mainEntityOfPage")
    values = [node.get("url"), node.get("@id"), page, page.get("@id") if isinstance(page, dict) else None]
    return {value for value in values if isinstance(value, str)}


def _resolved(value: object, named: dict[str, dict]) -> object:
    if isinstance(value, dict) and len(value) <= 2 and isinstance(value.get("@id"), str):
        return named.get(value["@id"], value)
    return value


def _names(value: object, named: dict[str, dict]) -> list[str]:
    names = []
    for one in value if isinstance(value, list) else [value]:
        one = _resolved(one, named)
        if isinstance(one, dict):
            one = one.get("name") or one.get("alternateName")
            one = one[0] if isinstance(one, list) and one else one
        if isinstance(one, str):
            names.append(one)
    return names


def _texts(node: dict, *keys: str) -> list[str]:
    found = []
    for key in keys:
        value = node.get(key)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and one.strip():
                found.append(one.strip())
            elif isinstance(one, dict) and isinstance(one.get("@value"), str):
                found.append(one["@value"].strip())
    return found


def _read_node(node: dict, named: dict[str, dict], found: Metadata, *, is_article: bool) -> None:
    if is_article:
        _add(found.titles, *_texts(node, "headline", "name")[:1])
        _add(found.sites, *_names(node.get("publisher"), named))
        writers = [_resolved(one, named) for one in _listed(node.get("author") or node.get("creator"))]
        _add_authors(found, _names([one for one in writers if not _is_the_site(one, named, found)], named))
        found.section = next(iter(_texts(node, "articleSection")), "") or found.section
        found.body = next(iter(_texts(node, "articleBody")), "")
        found.is_article = True
    elif not _types(node) & _FRONTS:
        _add(found.titles, *_texts(node, "headline"))
    _add(found.published, *_texts(node, "datePublished", "dateCreated", "uploadDate")[:1])
    found.modified = found.modified or next(iter(_texts(node, "dateModified")), "")
    found.language = found.language or next(iter(_texts(node, "inLanguage")), "")
    found.description = found.description or single_line(next(iter(_texts(node, "description")), ""))
    _add(found.urls, *(value for value in _texts(node, "url") if "://" in value))
    for picture in _listed(node.get("image")):
        picture = _resolved(picture, named)
        url = (
            picture
            if isinstance(picture, str)
            else picture.get("url") or picture.get("contentUrl")
            if isinstance(picture, dict)
            else ""
        )
        url = url[0] if isinstance(url, list) and url else url
        if isinstance(url, str) and url and not found.pictures:
            caption = next(iter(_texts(picture, "caption")), "") if isinstance(picture, dict) else ""
            found.pictures.append(PictureData(url, single_line(caption)))


def _is_the_site(one: object, named: dict[str, dict], found: Metadata) -> bool:
    """Is ONE, said to be the author, the paper itself?"""
    return isinstance(one, dict) and bool(_types(one) & _ORGANISATIONS and set(_names(one, named)) & set(found.sites))


def _listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def _breadcrumb(node: dict, named: dict[str, dict]) -> str:
    """The last section on the way to the article: the entry before its own, or the last one behind the front page."""
    entries = _dicts(node.get("itemListElement"))
    entries.sort(key=lambda one: str(one.get("position") or "").zfill(4))
    names = [next(iter(_names(one, named) or _names(one.get("item"), named)), "") for one in entries]
    names = [single_line(name) for name in names if name]
    return names[-2] if len(names) > 2 else ""


def _read_broken(text: str, found: Metadata) -> None:
    """What stands in JSON that is none: the fields by their names."""
    fields: dict[str, str] = {}
    for match in _BROKEN_FIELD.finditer(text):
        fields.setdefault(match[1], _unescaped(match[2]))
    if fields.get("@type", "").lower() not in _ARTICLES and "headline" not in fields:
        return
    _add(found.titles, fields.get("headline", ""))
    _add(found.published, fields.get("datePublished", ""))
    if author := _BROKEN_AUTHOR.search(text):
        _add_authors(found, [_unescaped(author[1])])
    found.modified = found.modified or fields.get("dateModified", "")
    found.section = found.section or single_line(fields.get("articleSection", ""))
    found.is_article = True


def _unescaped(text: str) -> str:
    try:
        return json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text


# --- Microdata, RDFa and the like, in the page's own elements ---


def _read_microdata(root: etree._Element, found: Metadata) -> None:
    seen: dict[str, list[etree._Element]] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        names = element.get("itemprop") or (element.get("property") if element.tag != "meta" else None)
        if names:
            for name in names.split():
                seen.setdefault(name.rpartition(":")[2].lower(), []).append(element)
    if "headline" in seen:
        _add(found.titles, _value(seen["headline"][0]))
    dates = seen.get("datepublished", []) or seen.get("created", []) or seen.get("issued", [])
    _add(found.published, *(_value(element) for element in dates[:1]))
    if not found.modified and "datemodified" in seen:
        found.modified = _value(seen["datemodified"][0])
    for element in seen.get("author", [])[:3]:
        name = next((one for one in element.iterdescendants() if one.get("itemprop") == "name"), element)
        _add_authors(found, [_value(name)[:200]])
    if not found.section and "articlesection" in seen:
        found.section = single_line(_value(seen["articlesection"][0])[:200])
    found.is_article = found.is_article or "articlebody" in seen


def _value(element: etree._Element) -> str:
    # Blogs put the whole moment into the title of an abbreviation.
    names = ("content", "datetime", "title") if element.tag == "abbr" else ("content", "datetime")
    return attribute(element, *names) or text_of(element)[:MAX_VALUE_CHARS]


def _read_links(root: etree._Element, found: Metadata) -> None:
    for link in _TURNS(root):
        relation = link.get("rel")
        if href := attribute(link, "href"):
            text = single_line(text_of(link)[:MAX_VALUE_CHARS])
            # The links to the pages of one article say no more than that they are.
            if len(text.split()) < MIN_TURN_WORDS:
                continue
            if relation == "prev":
                found.previous = found.previous or (text, href)
            else:
                found.next = found.next or (text, href)
    for link in root.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        href = attribute(link, "href")
        if not href:
            continue
        if "canonical" in relations:
            found.urls.insert(0, href)
        elif {"prev", "previous"} & set(relations):
            found.previous = (single_line(link.get("title") or ""), href)
        elif "next" in relations:
            found.next = (single_line(link.get("title") or ""), href)
