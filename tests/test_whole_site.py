"""`tests/whole_site.py` leaves out no address that readers have, and no state of a page: what it lists is checked."""

from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from django.template import NodeList
from django.template.defaulttags import IfNode
from django.template.loader import get_template
from django.test import Client
from django.urls import resolve
from django.utils.translation import override

from archive import feed_addresses
from archive.caching import chrome
from tests import demo
from tests.archive.test_visibility import patterns
from tests.archive.views.html import with_class
from tests.whole_site import EMPTY_PAGES, answers, pages, pages_of_errors

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
OF_OTHERS = ("admin/", "email/", "django/")
"""Templates of the admin (tests/archive/admin/walk.py), of mail, and of Django's widgets."""

FILES = (
    *("article-citation", "article-card", "site-card", "entity-csv", "entity-compare-csv"),
    *("search-csv", "search-json", "search-bib", "search-ris"),
    *("statistics-readings", "statistics-csv", "statistics-json", "newsletter-export"),
    *("sitemap", "sitemap-part", "news-sitemap", "oembed", "robots", "security", "opensearch"),
    *("opensearch-suggestions", "favicon", "service-worker", "manifest", "healthz", "readyz", "metrics"),
    *("feed-quotations", *(name for names in feed_addresses.NAMES.values() for name in names)),
)
LEAD_ELSEWHERE = ("article-by-id", "author-by-id", "entity-by-id", "story-by-id")
TAKE_WHAT_IS_SENT = (
    *("article-read", "banner-dismiss", "newsletter-link", "newsletter-bounces", "newsletter-one-click"),
    *("whatsapp-webhook", "push-subscribe", "push-leave", "policy-report"),
)
PARTS_OF_PAGES = ("statistics-live",)
NO_PAGES = {f"archive:{name}" for name in (*FILES, *LEAD_ELSEWHERE, *TAKE_WHAT_IS_SENT, *PARTS_OF_PAGES)}

NEVER_SHOWN = {
    # Other words where those of another state stand.
    '403.html: if request.resolver_match.app_name == "admin"',
    "403.html: if request.user.is_authenticated",
    "archive/about.html: if source.of_demo and not source.shown_description",
    "archive/about.html: if starter_list",
    "archive/article_withdrawn.html: if notice",
    'archive/newsletter_manage.html: if done == "saved" [1]',
    'archive/newsletter_manage.html: if done == "saved" [2]',
    'archive/newsletter_manage.html: if done == "saved" [3]',
    "archive/newsletter_manage.html: if delivery.article [1]",
    "archive/newsletter_manage.html: if delivery.receipt",
    "archive/partials/spelling.html: if piece.corrected [1]",
    "archive/partials/statistics_heading.html: if dataset.licence_url [1]",
    "archive/partials/statistics_lines.html: if cell.note",
    "archive/partials/statistics_regions.html: if row.late",
    "archive/partials/subscription_target.html: if target.label [1]",
    "archive/search.html: if not forloop.last",
    "archive/search.html: if q [1]",
    "archive/search.html: if spellings",
    "components/related_list.html: if link.url",
    # Components and notices that stand elsewhere too, in the same way.
    "archive/archive_empty.html: if previous or next [1]",
    "archive/entity_compare.html: if too_long [2]",
    "archive/newsletter_manage.html: if add_form.non_field_errors",
    "archive/partials/announced.html: if announced",
    "archive/section_detail.html: if articles [1]",
    "components/histogram.html: if bar.url [1]",
    'components/icon.html: if name == "search" [35]',
    # Only of what is long or many: an article that was changed often, thousands of results.
    "archive/article_versions.html: if is_cut",
    "archive/article_versions.html: if paragraph.before",
    'archive/article_versions.html: if piece.kind == "gone" [2]',
    "archive/article_versions.html: if revision.is_blind",
    "archive/entity_compare.html: if not one.compared.found.exact",
    "archive/quotation_index.html: if is_exact [1]",
    "archive/partials/result_count.html: if count.exact [1]",
    "archive/search.html: if count.value > max_results or not count.exact",
}
"""Branches of templates that no page of the whole site shows: they bring no mark-up that others do not."""


def test_every_public_address_is_there_or_is_no_page(db):
    demo.put_in(demo.whole_site)
    addresses = {address for group in pages().values() for address in group.values()}
    known = {resolve(address.partition("?")[0]).view_name for address in addresses if address != "/nothing/"}
    others = {name for name in patterns() if name.startswith("api:")} - {"api:docs"} | {"media"}
    assert {name for name in patterns() if name not in known | NO_PAGES | others} == set()
    assert known & NO_PAGES == set()


@pytest.fixture
def shown(monkeypatch) -> set[int]:
    """The ids of the pieces of templates that were shown so far."""
    # Pieces that another test had made would not be made here.
    monkeypatch.setattr(chrome, "_kept", None)
    ids: set[int] = set()
    render = NodeList.render

    def noted(nodes: NodeList, context):
        ids.add(id(nodes))
        return render(nodes, context)

    monkeypatch.setattr(NodeList, "render", noted)
    return ids


def branches() -> Iterator[tuple[str, int]]:
    """Every branch of an `{% if %}` in the templates of readers' pages: where it is, counted from the `if`; its id."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        if name.startswith(OF_OTHERS):
            continue
        for node in get_template(name).template.nodelist.get_nodes_by_type(IfNode):
            if node.origin.template_name == name:
                for number, (_condition, nodes) in enumerate(node.conditions_nodelists):
                    yield f"{name}: {node.token.contents}{f' [{number}]' if number else ''}", id(nodes)


@pytest.mark.long
def test_every_state_of_a_page_is_shown_by_some(db, shown, client, django_user_model):
    """Each branch of the templates: in the archive with nothing in it, in the whole one, or in an answer to a form."""
    staff = Client()
    for address in EMPTY_PAGES.values():
        client.get(address)
    demo.put_in(demo.whole_site)
    staff.force_login(django_user_model.objects.create_superuser("editor"))
    for language in ("ar", "en"):
        for group, addresses in pages().items():
            reader = staff if group == "staff" else client
            reader.cookies["django_language"] = language
            for address in addresses.values():
                reader.get(address)
        with override(language):
            answers()
            pages_of_errors()
    unseen = {branch for branch, number in branches() if number not in shown}
    assert not unseen - NEVER_SHOWN, "\n".join(sorted(unseen - NEVER_SHOWN))
    assert not NEVER_SHOWN - unseen


def test_what_is_wrong_is_told_beside_its_field(db):
    """Every error stands in a list that its field, or group of fields, is described by."""
    demo.put_in(demo.whole_site)
    untied, errors = [], 0
    made = {**answers(), "search-problems": Client().get(pages()["searches"]["search-problems"]).content.decode()}
    for name, html in made.items():
        root = html5lib.parse(html, namespaceHTMLElements=False)
        described = {
            one: element for element in root.iter() for one in (element.get("aria-describedby") or "").split()
        }
        for found in with_class(root, "field-errors"):
            errors += 1
            field = described.get(found.get("id"))
            if field is None or not (field.tag == "fieldset" or field.get("aria-invalid") == "true"):
                untied.append((name, found.get("id")))
    assert untied == []
    assert errors == 11
