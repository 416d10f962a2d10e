"""Made-up articles, names and figures, with which the style guide shows the components."""

import calendar
from collections import Counter
from datetime import UTC, date, datetime
from types import SimpleNamespace as Sample

from django import forms
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from archive.models import Entity, Section, Source
from archive.networks.layout import Canvas
from archive.networks.mapping import Place
from archive.templatetags.archive import long_date, number
from archive.views.histograms import Bar
from archive.views.periods import MONTHS, density, month_title

DAY = datetime(2017, 12, 21, 8, 30, tzinfo=UTC)
LONG_TITLE = "إعادة فتح طريق الجبل بعد إزالة الصخور التي قطعته ثلاثة أسابيع، والبلديات تطلب جدارًا واقيًا قبل الشتاء"
UNBROKEN = "والمستشفيات" * 12


def address() -> str:
    return reverse("archive:styleguide")


def article(title: str = "الميناء القديم يستقبل أول سفينة ركّاب منذ عقدين", **values) -> Sample:
    usual = {
        "pk": 2048,
        "title": title,
        "kicker": "المرفأ",
        "summary": "رست السفينة فجرًا وعلى متنها ٣١٢ مسافرًا، فيما بقيت الرافعات الجديدة بلا عمل.",
        "language": "ar",
        "section": Section(name="محليات", name_latin="Local", slug="local"),
        "source": Source(name="صحيفة الضفاف", name_latin="Al Difaf", slug="difaf"),
        "author_names": ["هالة درويش"],
        "lead_image": None,
        "published_at": DAY,
        "date_precision": "minute",
        "revised_at": DAY,
        "original_url": "https://example.org/2017/12/21/port.html",
        "capture": Sample(received_at=DAY),
        "get_absolute_url": address(),
    }
    return Sample(**usual | values)


def articles() -> list[Sample]:
    return [
        article(),
        article(LONG_TITLE, kicker="", source=Source(name="وكالة الساحل", slug="coast")),
        article("The harbour opens again", language="en", kicker="", summary="", date_precision="day"),
        article("خبر لا يُعرف تاريخه", published_at=None, date_precision="unknown", section=None),
    ]


def picture(**values) -> Sample:
    usual = {
        "file": Sample(url=static("img/og-default.png")),
        "width": 1200,
        "height": 630,
        "alternative_text": "شعار الأرشيف",
        "caption": "رصيف الميناء صباح أمس.",
        "credit": "أرشيف سجلّ",
        "url": "https://example.org/port.jpg",
        "host": "example.org",
    }
    return Sample(**usual | values)


def entity(pk: int, name: str, kind: str = "person", **values) -> Entity:
    return Entity(pk=pk, name=name, kind=kind, slug="مثال", **values)


def entities() -> list[Entity]:
    found = [
        entity(1, "سامية الخطيب", name_latin="Samia Al Khatib"),
        entity(2, "نديم عازار"),
        entity(3, "هيئة المياه الوطنية", "organisation"),
    ]
    for one, count in zip(found, (112, 47, 1240), strict=True):
        one.article_count = count
    return found


def places() -> list[Place]:
    geneva = entity(11, "جنيف", "place", name_latin="Geneva", latitude=46.2, longitude=6.14)
    vienna = entity(12, "فيينا", "place", name_latin="Vienna", latitude=48.2, longitude=16.4)
    damascus = entity(13, "دمشق", "place", name_latin="Damascus", latitude=33.5, longitude=36.3)
    return [Place(geneva, 0), Place(vienna, 3), Place(damascus, 9)]


def quotation(**values) -> Sample:
    usual = {
        "text": "كنّا نبحث عن الماء في الخرائط، وهو ينتظر خلف باب لم يفتحه أحد",
        "kind": "direct",
        "speaker": entities()[1],
        "speaker_text": "",
        "source_kind": "",
        "get_source_kind_display": "",
        "article": article(),
    }
    return Sample(**usual | values)


def histogram(**values) -> dict:
    counts = (3, 8, 5, 0, 12, 21, 9, 14)
    bars = [
        Bar(label=str(year), count=count, url=address() if count else None, chosen=year == 2015, gap=not count)
        for year, count in enumerate(counts, start=2010)
    ]
    ends = {"first": "2010", "last": "2017", "highest": max(counts), "label": _("Articles in each year")}
    return ends | {"bars": bars} | values


def month_table(year: int = 2017, month: int = 12) -> dict:
    counts = Counter({4: 1, 5: 3, 12: 6, 13: 4, 14: 2, 21: 9, 31: 5})

    def cell(day: date) -> dict | None:
        count = counts[day.day]
        return {
            "number": day.day,
            "value": f"{long_date(day)}: {number(count)}",
            "url": address() if count else None,
            "density": density(count, max(counts.values())),
        }

    weeks = calendar.Calendar().monthdatescalendar(year, month)
    return {
        "name": month_title(year, month),
        "url": address(),
        "count": counts.total(),
        "weeks": [[cell(day) if day.month == month else None for day in week] for week in weeks],
    }


def weekdays() -> list[dict]:
    letters = zip("نثرخجسح", calendar.day_name, strict=True)
    return [{"letter": letter, "name": name} for letter, name in letters]


def year_rows() -> list[dict]:
    def months(year: int) -> list[dict]:
        counts = {month: (month * year) % 7 for month in MONTHS}
        return [
            {
                "label": month_title(year, month),
                "count": count,
                "url": address() if count else None,
                "density": density(count, 6),
            }
            for month, count in counts.items()
        ]

    return [{"year": year, "count": 41, "url": address(), "months": months(year)} for year in (2018, 2017)]


def drawing(name: str, canvas: Canvas) -> dict:
    """A centre with two names beside it."""
    named = entities()
    spots = [(canvas.width * 0.25, 120, 22), (canvas.width * 0.75, 330, 14)]
    nodes = [
        {
            "entity": one,
            "x": round(x),
            "y": y,
            "radius": radius,
            "count": one.article_count,
            "number_y": y + 4,
            "lines": [{"text": one.label, "x": round(x), "y": y + radius + canvas.font_size}],
        }
        for one, (x, y, radius) in zip(named[1:], spots, strict=True)
    ]
    x, y = canvas.width // 2, canvas.height // 2
    own = [{"text": named[0].label, "x": x, "y": y + 30 + canvas.font_size}]
    return {
        "name": name,
        "width": canvas.width,
        "height": canvas.height,
        "centre": {"x": x, "y": y, "radius": 30, "lines": own},
        "nodes": nodes,
        "spokes": [{"to": node, "width": "3.0"} for node in nodes],
        "links": [{"from": nodes[0], "to": nodes[1], "width": "1.5"}],
    }


class _SampleForm(forms.Form):
    words = forms.CharField(label=_("Words"))
    day = forms.DateField(label=_("Date"), required=False, help_text="2017-12-21")
    agreed = forms.BooleanField(label="أوافق", required=False)


def form(prefix: str = "specimen") -> _SampleForm:
    """A form that was filled in with a mistake; its fields are named by PREFIX."""
    return _SampleForm({f"{prefix}-words": "هدنة", f"{prefix}-day": "أمس"}, prefix=prefix)


def neighbour(url: str | None) -> dict:
    return {"title": LONG_TITLE, "url": url}


def banner(**values) -> Sample:
    text = "تابع إحصائيات فيروس كورونا لحظة بلحظة"
    return Sample(**{"id": 0, "text": text, "shown_text": text, "url": address(), "dismissible": False} | values)


def change(direction: str) -> dict:
    return {"direction": direction, "figure": "+١٢", "text": "زيادة ١٢", "since": "عن أمس"}


def headline(change: dict, label: str) -> dict:
    return {
        "label": label,
        "unit": "حالة",
        "value": "١٬٢٣٤",
        "date": DAY.date(),
        "change": change,
        "reported": "",
        "chosen": change["direction"] == "up",
    }


def lines() -> dict:
    rules = "M0 0H1000M0 110H1000M0 220H1000"
    return {
        "label": "الإصابات المؤكدة",
        "series": [
            {"number": 1, "path": "M0 200L400 120L1000 40", "label": [("لبنان", 40)], "language": "ar"},
            {"number": 2, "path": "M0 210L400 180L1000 150", "label": [("سورية", 150)], "language": "ar"},
        ],
        "gaps": [(600, 80)],
        "scale": Sample(rules=rules, zero=None),
        "ticks": ["١٠٠", "٥٠", "٠"],
        "axis": ["نيسان ٢٠٢٠", "أيار ٢٠٢٠"],
    }
