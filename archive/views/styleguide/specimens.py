"""The states of every component, for the style guide: what its template is given in each."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace as Sample

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from archive.feed_addresses import feed_addresses
from archive.models import Subscription
from archive.models.site import ShareTarget
from archive.networks.layout import NARROW, WIDE
from archive.networks.mapping import map_of
from archive.pagination import numbered_pages
from archive.preference_forms import PreferencesForm
from archive.subscriptions.wording import subject
from archive.views.periods import MONTHS, density_key
from archive.views.styleguide import samples

FOLDER = Path(settings.BASE_DIR) / "templates" / "components"

_ICON = re.compile(r'name == "(\w+)"')


@dataclass(frozen=True)
class Specimen:
    """A component in one STATE, with the CONTEXT that shows it."""

    state: str
    context: dict = field(default_factory=dict)


@cache
def source(name: str) -> str:
    """The template of a component."""
    return (FOLDER / f"{name}.html").read_text(encoding="utf-8")


def specimens() -> dict[str, list[Specimen]]:
    """The states of each component; of those without any, every page shows one."""
    return {
        **_of_articles(),
        **_of_reading(),
        **_of_names(),
        **_of_time(),
        **_of_figures(),
        **_of_words(),
        **_of_forms(),
    }


def _of_articles() -> dict[str, list[Specimen]]:
    pictured, lines = samples.article(lead_image=samples.picture()), samples.articles()
    related = [samples.article(why="كلاهما عن سامية الخطيب", is_later=True), Sample(title="خبر لم يصل بعد", url=None)]
    ways = {"previous": samples.article(), "next": samples.article(samples.LONG_TITLE)}
    return {
        "article_card": [
            Specimen(_("The first story"), {"article": pictured, "picture": True, "lead": True, "level": 3}),
            Specimen(_("With a picture"), {"article": pictured, "picture": True, "level": 3}),
            Specimen(
                _("With other articles under it"), {"article": samples.article(), "links": lines[1:], "level": 3}
            ),
            Specimen(_("A long word in the headline"), {"article": samples.article(samples.UNBROKEN), "level": 3}),
            Specimen(_("In English"), {"article": lines[2], "level": 3}),
            Specimen(_("Without a date"), {"article": lines[3], "level": 3}),
        ],
        "ledger": [
            Specimen(_("Several"), {"articles": lines, "level": 3}),
            Specimen(_("In a narrow place"), {"articles": lines[:2], "level": 3, "narrow": True}),
            Specimen(_("None"), {"articles": [], "empty": _("The archive holds no articles yet")}),
        ],
        "ledger_item": [
            Specimen(
                _("Found by a search"),
                {
                    "article": samples.article(),
                    "title": mark_safe("الميناء القديم يستقبل أول <mark>سفينة</mark>"),
                    "snippet": mark_safe("رست <mark>السفينة</mark> فجرًا وعلى متنها ٣١٢ مسافرًا."),
                    "why": "«سفينة» في العنوان",
                    "entities": samples.entities(),
                    "level": 3,
                },
            ),
            Specimen(_("Of a year"), {"article": samples.article(), "year": 1998, "second": "section", "level": 3}),
            Specimen(_("A long word in the headline"), {"article": samples.article(samples.UNBROKEN), "level": 3}),
        ],
        "ranking": [Specimen(_("Several"), {"articles": lines, "level": 3})],
        "related_list": [Specimen(_("Several"), {"heading": _("Related articles"), "links": related})],
        "timeline": [Specimen(_("Several"), {"articles": lines[:3], "current": lines[0]})],
        "timeline_days": [Specimen(_("Several"), {"days": [lines[:2], lines[2:]]})],
        "story_ways": [Specimen(_("Both"), ways)],
        "previous_next": [
            Specimen(
                _("Both"),
                {"previous": samples.neighbour(samples.address()), "next": samples.neighbour(samples.address())},
            ),
            Specimen(
                _("Not in the archive yet"),
                {"previous": samples.neighbour(samples.address()), "next": samples.neighbour(None)},
            ),
            Specimen(_("One"), {"previous": None, "next": samples.neighbour(samples.address())}),
        ],
        "figure": [
            Specimen(_("With caption and credit"), {"image": samples.picture()}),
            Specimen(_("Without caption"), {"image": samples.picture(caption="", credit="")}),
        ],
        "picture_links": [Specimen(_("One"), {"images": [samples.picture()], "language": "ar"})],
        "preview_bar": [
            Specimen(
                _("Draft"),
                {"state": _("draft"), "text": _("Readers do not see it."), "edit_url": reverse("admin:index")},
            )
        ],
        "print_record": [
            Specimen(_("An article"), {"article": samples.article(), "url": "https://archive.example/article/2048/"}),
            Specimen(_("Another page"), {"url": "https://archive.example/statistics/"}),
        ],
        "quotation": [
            Specimen(_("Direct speech"), {"quotation": samples.quotation(), "by": True, "source": True}),
            Specimen(
                _("Reported speech"),
                {
                    "quotation": samples.quotation(kind="indirect", speaker=None, speaker_text="مصدر في البلدية"),
                    "by": True,
                },
            ),
        ],
    }


def _of_reading() -> dict[str, list[Specimen]]:
    correction = Sample(text="كان عدد الركّاب ٣١٢ لا ٢١٣.", made_at=samples.DAY)
    pattern = {"pattern": "«{words}» {url}", "url": "https://archive.example/article/2048/"}
    return {
        "picture": [Specimen("", {"image": samples.picture()})],
        "corrections": [Specimen(_("One"), {"corrections": [correction], "language": "ar", "level": 3})],
        "reading_tools": [Specimen("")],
        "quote_button": [Specimen(_("Appears beside selected words"), pattern)],
        "kept_notice": [Specimen(_("Appears on a copy from the device"))],
        "shelf_item": [Specimen(_("Filled on the device"), {"removable": True})],
    }


def _of_names() -> dict[str, list[Specimen]]:
    entities, places = samples.entities(), samples.places()
    kinds = [(_("People"), entities[:2]), (_("Organisations"), entities[2:])]
    groups = [{"kind": "", "label": label, "entities": members} for label, members in kinds]
    filters = [
        {"label": "سامية الخطيب", "url": samples.address()},
        {"label": samples.UNBROKEN, "url": samples.address()},
    ]
    names = [
        {"label": "Lavrov", "language": "en", "count": 7, "url": samples.address()},
        {"label": "لاڤروف", "language": "ar", "count": 1204},
    ]
    return {
        "chips": [
            Specimen(_("Names"), {"entities": entities}),
            Specimen(_("Filters in force"), {"filters": filters}),
            Specimen(_("Also written"), {"names": names}),
        ],
        "entity_list": [Specimen(_("Several"), {"groups": groups})],
        "map": [Specimen(_("Several"), {"entity": places[0].entity, "map": map_of(places)})],
        "network": [
            Specimen(
                _("Several"),
                {
                    "entity": entities[0],
                    "drawings": [samples.drawing("wide", WIDE), samples.drawing("narrow", NARROW)],
                },
            )
        ],
    }


def _of_time() -> dict[str, list[Specimen]]:
    steps = {"steps": density_key(9)}
    return {
        "histogram": [
            Specimen(_("One chosen, one of which nothing is known"), samples.histogram()),
            Specimen(_("Low"), samples.histogram(size="low")),
            Specimen(_("Tall, with its figures"), samples.histogram(size="tall", listed=True)),
            Specimen(_("Estimated"), samples.histogram(about=True, listed=True)),
        ],
        "month": [
            Specimen(
                _("One day shown"),
                {"month": samples.month_table(), "weekdays": samples.weekdays(), "level": 3, "current": 21},
            )
        ],
        "month_key": [Specimen(_("Of days"), steps), Specimen(_("Of months"), steps | {"months": True})],
        "years": [Specimen(_("Several"), {"years": samples.year_rows(), "months": MONTHS, "label": _("Years")})],
        "pagination": [
            Specimen(_("By date"), {"newer_url": "?newer", "older_url": "?older"}),
            Specimen(_("First page"), {"older_url": "?older"}),
            Specimen(_("Numbered"), {"numbered": True, **numbered_pages(7, 40, "?page={}".format)}),
        ],
    }


def _of_figures() -> dict[str, list[Specimen]]:
    changes = [samples.change(direction) for direction in ("up", "down", "same", "corrected")]
    measures = ("الإصابات المؤكدة", "المتعافون", "الوفيات", "الإصابات المصحّحة")
    headlines = [samples.headline(change, label) for change, label in zip(changes, measures, strict=True)]
    return {
        "change": [Specimen("", {"change": change}) for change in changes],
        "headline_figures": [Specimen(_("Several"), {"headlines": headlines})],
        "lines": [Specimen(_("Several"), samples.lines())],
    }


def _of_words() -> dict[str, list[Specimen]]:
    sentence = "نهاية الفترة قبل بدايتها."
    way_on = {"url": samples.address(), "url_label": _("To the front page")}
    trail = [{"label": "محليات", "url": samples.address()}, {"label": "مياه وبيئة"}]
    return {
        "article_count": [Specimen("", {"count": count}) for count in (0, 1, 2, 5, 11, 100, 12345)],
        "per_cent": [Specimen("", {"share": 12.5})],
        "icon": [Specimen(name, {"name": name}) for name in dict.fromkeys(_ICON.findall(source("icon")))],
        "banner": [Specimen(_("Dismissible"), {"banner": samples.banner(dismissible=True)})],
        "breadcrumb": [Specimen(_("Several"), {"trail": trail})],
        "notice": [
            Specimen(_("Information"), {"text": sentence}),
            Specimen(_("Warning"), {"kind": "warning", "messages": [sentence, sentence]}),
            Specimen(_("Error"), {"kind": "error", "text": sentence}),
        ],
        "empty_state": [
            Specimen(
                _("With ways on"), {"title": _("Nothing found"), "text": sentence, "hints": [sentence], **way_on}
            )
        ],
        "error_ways": [Specimen("")],
        "share_links": [
            Specimen(
                "",
                {
                    "url": "https://archive.example/article/2048/",
                    "title": "الميناء القديم",
                    "targets": ShareTarget.values,
                    "own": [{"name": "LinkedIn", "url": samples.address()}],
                },
            )
        ],
    }


def _of_forms() -> dict[str, list[Specimen]]:
    form = samples.form()
    values = [
        {"slug": "local", "label": "محليات", "count": 24, "url": samples.address(), "chosen": True},
        {"slug": "economy", "label": "اقتصاد", "count": 1204, "url": samples.address()},
    ]
    return {
        "choices": [
            Specimen(_("One chosen"), {"field": PreferencesForm(initial={"digits": "auto"})["digits"]}),
            Specimen(_("Error"), {"field": PreferencesForm({"theme": "x"})["theme"]}),
        ],
        "field": [
            Specimen(_("Required"), {"field": form["words"]}),
            Specimen(_("With help and an error"), {"field": form["day"]}),
            Specimen(_("Checkbox"), {"field": form["agreed"]}),
        ],
        "field_errors": [Specimen("", {"field": samples.form("errors")["day"]})],
        "newsletter_form": [
            Specimen(
                "",
                {
                    "id": "newsletter-specimen",
                    "page": "/",
                    "level": 3,
                    "times": Subscription.When.choices,
                    "subjects": [subject(samples.article().section)],
                },
            )
        ],
        "channels_offer": [
            Specimen("", {"here": "newsletter", "ways": {"whatsapp": True, "push": True}, "query": ""})
        ],
        "feeds_offer": [Specimen("", {"feeds": list(feed_addresses("latest"))})],
        "facet": [
            Specimen(_("One chosen"), {"label": _("Section"), "values": values, "more_url": samples.address()}),
            Specimen(_("Estimated"), {"label": _("Section"), "values": values, "about": True}),
            Specimen(
                _("More asked for"),
                {"label": _("Section"), "name": "sections", "values": values, "less_url": samples.address()},
            ),
        ],
        "suggestions": [Specimen(_("Opens while something is typed"), {"gather": "q"})],
    }
