"""Writing down who said what in articles: quotations with their speakers as entities of the archive.

Finding them anew is safe at any time: what an editor confirmed, mended or refused is kept as long as its words stand
in the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import F

from archive.entities.quotations import FoundQuotation, find_quotations
from archive.entities.speakers import WORD
from archive.models import Article, Entity, Mention, Quotation
from archive.models.quotation import MAX_SPEAKER_CHARS
from archive.text.normalize import fold, word_set, words

ASIDE = 1_000_000_000
"""Further than any text is long."""

MAX_TITLE_CHARS = 80
MAX_SHORT_WORDS = 3
MAX_WORDS_AROUND_NAME = 2


_TITLES = word_set(
    "مبعوث وزير وزيرة رئيس رئيسة مدير مديرة أمين سفير سفيرة قائد متحدث متحدثة ناطق ناطقة نائب ملك أمير بابا"
    " بطريرك مفتي مستشار مستشارة موفد منسق مدرب محافظ حاكم عمدة زعيم مرشد شيخ عاهل سلطان"
)
_RULERS = word_set(
    "الرئيس رئيس رئيسة الملك ملك الأمير أمير وزير الوزير وزيرة العاهل السلطان المستشار المستشارة ولي الأمين"
    " أمين المرشد"
)
_OF_ANOTHER = word_set(
    "مبعوث مبعوثة موفد متحدث المتحدث ناطق الناطق متحدثة المتحدثة مستشار مستشارة سفير مدير مديرة سكرتير حليف"
)
"""Whose office may be told by another's name: «مبعوث الرئيس الروسي فلاديمير بوتين إلى سورية» is not Putin."""
_NEVER_THEMSELVES = word_set(
    "حكومة إدارة مكتب حملة فريق حزب تيار جماعة أنصار عائلة قوات نظام زوجة نجل ابن ابنة محامي محام محامية شقيق"
    " والد والدة أرملة أقارب مقربون مصدر مصادر مسؤول مسؤولون أحد بيان دبلوماسي مؤيدو معارضو"
)
_UNNAMED = word_set(
    "مصدر مصادر مسؤول مسؤولون مسؤولين متحدث المتحدث ناطق الناطق المتحدثة الناطقة أحد عضو أعضاء دبلوماسي"
    " دبلوماسيون خبير خبراء موظف رئيس مدير وزير قيادي نائب مدرب سفير مبعوث ناشط ناشطون شاهد شهود محلل محللون"
)


def quote(articles: Sequence[Article]) -> None:
    """Find the quotations of ARTICLES anew; an annotation step, after the one that finds names."""
    Quotation.objects.filter(article__in=articles, confirmed=None).delete()
    decided: dict[int, list[Quotation]] = {}
    for quotation in Quotation.objects.filter(article__in=articles).order_by("start"):
        decided.setdefault(quotation.article_id, []).append(quotation)
    mentions: dict[int, list[Mention]] = {}
    named = Mention.objects.filter(article__in=articles, start__isnull=False).exclude(confirmed=False)
    for mention in named.select_related("entity").order_by("start"):
        mentions.setdefault(mention.article_id, []).append(mention)
    found: list[Quotation] = []
    for article in articles:
        kept = _kept(article, decided.get(article.pk, []))
        found += _quotations(article, kept, Cast(article.text, mentions.get(article.pk, [])))
    Quotation.objects.bulk_create(found)


def _quotations(article: Article, kept: Iterable[Quotation], cast: "Cast") -> Iterator[Quotation]:
    taken = [(quotation.start, quotation.end) for quotation in kept]
    text = article.text
    for said in find_quotations(text):
        if any(said.start < end and start < said.end for start, end in taken):
            continue
        start, end = said.speaker or (None, None)
        yield Quotation(
            article=article,
            start=said.start,
            end=said.end,
            text=text[said.start : said.end],
            kind=said.kind,
            speaker_id=cast.speaker_of(said),
            speaker_text=text[start:end][:MAX_SPEAKER_CHARS] if said.speaker else "",
            speaker_start=start,
            speaker_end=end,
            source_kind=said.source_kind,
            verb=text[slice(*said.cue)] if said.cue else "",
            listed_at=article.listed_at,
        )


def _kept(article: Article, decided: Iterable[Quotation]) -> list[Quotation]:
    """Those of the DECIDED quotations whose words still stand in the text, where they stand now; the others go."""
    kept: list[Quotation] = []
    floor = 0
    for quotation in decided:
        start = _place(article.text, quotation.text, quotation.start, floor)
        if start is None:
            quotation.delete()
            continue
        moved = start - quotation.start
        quotation.start, quotation.end = start, start + len(quotation.text)
        floor = quotation.end
        if quotation.speaker_start is not None:
            _move_speaker(article.text, quotation, moved)
        quotation.listed_at = article.listed_at
        kept.append(quotation)
    _write_places(kept)
    return kept


def _write_places(quotations: Sequence[Quotation]) -> None:
    """Write where QUOTATIONS stand now: none in the way of another that has yet to move."""
    if quotations:
        ids = [quotation.pk for quotation in quotations]
        Quotation.objects.filter(pk__in=ids).update(start=F("start") + ASIDE, end=F("end") + ASIDE)
        Quotation.objects.bulk_update(quotations, ["start", "end", "speaker_start", "speaker_end", "listed_at"])


def _move_speaker(text: str, quotation: Quotation, moved: int) -> None:
    start = _place(text, quotation.speaker_text, quotation.speaker_start + moved, 0)
    quotation.speaker_start = start
    quotation.speaker_end = None if start is None else start + len(quotation.speaker_text)


def _place(text: str, words_sought: str, near: int, floor: int) -> int | None:
    """Where WORDS_SOUGHT stand in TEXT from FLOOR on, nearest to the place NEAR; None when they are gone."""
    if near >= floor and text.startswith(words_sought, near):
        return near
    places = [match.start() for match in re.finditer(re.escape(words_sought), text) if match.start() >= floor]
    return min(places, key=lambda place: abs(place - near), default=None)


class Cast:
    """The people and bodies that an article names, by whom its speakers are known."""

    def __init__(self, text: str, mentions: Sequence[Mention]):
        self._text = text
        self._mentions = mentions

    def speaker_of(self, said: FoundQuotation) -> int | None:
        """The id of the entity that said it, as far as that is sure."""
        if said.speaker is None:
            return None
        start, end = said.speaker
        inside = [mention for mention in self._mentions if mention.start < end and start < mention.end]
        kinds = Entity.Kind
        if person := next((mention for mention in inside if mention.entity.kind == kinds.PERSON), None):
            return person.entity_id if self._is_themselves(start, person) else None
        for mention in inside:
            if mention.entity.kind in {kinds.ORGANISATION, kinds.PLACE}:
                return mention.entity_id if self._is_all(start, end, mention) else None
        return self._named_before(start, end)

    def _is_themselves(self, start: int, person: Mention) -> bool:
        """Does the person's name tell who the speaker is, and not whose?"""
        before = words(self._text[start : person.start]).split()
        if not before:
            return True
        if before[0] in _NEVER_THEMSELVES:
            return False
        return before[0] not in _OF_ANOTHER or not any(word in _RULERS for word in before[1:])

    def _is_all(self, start: int, end: int, mention: Mention) -> bool:
        """Is the body or the place itself the speaker, and neither its spokesman nor one of several?"""
        before, after = words(self._text[start : mention.start]).split(), words(self._text[mention.end : end]).split()
        if any(word in _UNNAMED for word in before) or any(word.startswith("و") for word in after):
            return False
        if mention.entity.kind == Entity.Kind.PLACE:
            return not before and not after
        return len(before) <= 1 and len(after) <= MAX_WORDS_AROUND_NAME

    def _named_before(self, start: int, end: int) -> int | None:
        """Whom a short form means: part of a name that stands before, or a title that one person came with."""
        short = words(self._text[start:end]).split()
        if not short or len(short) > MAX_SHORT_WORDS:
            return None
        earlier = [mention for mention in self._mentions if mention.end <= start]
        people = {
            mention.entity_id
            for mention in earlier
            if mention.entity.kind == Entity.Kind.PERSON
            and words(self._text[mention.start : mention.end]).split()[-len(short) :] == short
        }
        if len(people) == 1:
            return people.pop()
        title = short[0].removeprefix("ال")
        if people or not short[0].startswith("ال") or title not in _TITLES:
            return None
        titled = self._with_title(earlier, title)
        return titled.pop() if len(titled) == 1 else None

    def _with_title(self, mentions: Iterable[Mention], title: str) -> set[int]:
        return {
            mention.entity_id
            for mention in mentions
            if mention.entity.kind == Entity.Kind.PERSON and self._title_of(mention) == title
        }

    def _title_of(self, person: Mention) -> str:
        """The office that stands before a person's name: the nearest one is theirs."""
        before = re.split(r"[.،؛:!؟\n«»()]", self._text[max(0, person.start - MAX_TITLE_CHARS) : person.start])[-1]
        found = [word[0].removeprefix("ال") for word in WORD.finditer(fold(before))]
        return next((word for word in reversed(found) if word in _TITLES), "")
