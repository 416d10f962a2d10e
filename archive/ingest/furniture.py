"""The lines of a saved page that belong to the site and not to the article.

Two kinds of knowledge: what every site says (subscribe, share, copyright), as patterns over folded words; and what
this site says on page after page, counted over the pages of a source.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from archive.text.normalize import words

MAX_FURNITURE_WORDS = 18
MAX_FURNITURE_CHARS = 300
MAX_END_MARK_CHARS = 40
MAX_SHORT_WORDS = 6
SHARE_OF_PAGES = 0.3
HEADLINE_PAGES = 3
"""On how many pages a headline may stand: its own, and those of the articles before and after it."""

TEXT_SHARE = 0.5
MIN_STORY_LINES = 2
MAX_VERSIONS = 20
"""So many lines of prose, and such a part of it, have the versions of one story in common, which are no more than that."""


def compile_folded(pattern: str) -> re.Pattern:
    """Compile PATTERN, its Arabic letters written as `words` folds them; its own syntax stays."""
    return re.compile(pattern.translate(str.maketrans("أإآىةؤئ", "ااايهءء")))


_NETWORK = (
    "(?:ال)?(?:فيس ?بوك|تويتر|توتير|انستغرام|انستجرام|انستقرام|يوتيوب|تيليغرام|تليغرام|تيليجرام|تلغرام|تليجرام|تلجرام|لينكد ?ان"
    "|سناب ?شات|تيك ?توك|واتس ?اب|واتساب|غوغل بلس|جوجل بلس|google|facebook|twitter|instagram|youtube|telegram|linkedin"
    "|tiktok|snapchat|whatsapp|rss|x)"
)
_THIS = "(?:(?:هذا|هذه) )?(?:ال)?(?:خبر|مقال|مقاله|موضوع|صفحه|قصه|تقرير|ماده|محتوي)"
_SUBSCRIBE = (
    "(?:ا?شترك|اشتركوا|سجل|سجلوا|انضم|انضموا|تابع|تابعنا|تابعونا|احصل|للاشتراك|الاشتراك|اشتراك|خدمه|قناه|قناتنا)"
)

# The first that matches says the code. All match the words of a whole line, folded.
_PATTERNS = tuple(
    (code, compile_folded(pattern))
    for code, pattern in (
        (
            "whatsapp",
            rf"^(?:.* )?{_SUBSCRIBE}(?: \S+){{0,6}} (?:ال|بال|عبر ال|ب|لل)?(?:واتس ?اب|واتساب|whatsapp)(?: \S+){{0,6}}$",
        ),
        (
            "newsletter",
            rf"^{_SUBSCRIBE}?(?: \S+){{0,5}} ?(?:ال|بال|لل)?(?:نشره|نشرتنا|قائمه|قائمتنا) (?:ال)?(?:بريديه|اخباريه|اليوميه)(?: \S+){{0,10}}$",
        ),
        (
            "newsletter",
            r"^(?:ادخل|اكتب|اضف|ضع) (?:بريدك|ايميلك)(?: \S+){0,6}$|^(?:البريد الالكتروني|newsletter|subscribe.*)$",
        ),
        (
            "social",
            r"^(?:و ?)?(?:تابعنا|تابعونا|تابعوا|تابع|انضم|انضموا|زوروا|follow)(?: \S+){0,5} (?:مواقع|وسائل|شبكات|منصات|صفحات) (?:ال)?(?:تواصل|اجتماعيه|social)(?: \S+){0,4}$",
        ),
        (
            "social",
            rf"^(?:للمزيد(?: \S+){{0,4}} )?(?:تابعنا|تابعونا|تابعوا|تابع|انضم|انضموا|زوروا|زورونا|صفحتنا|حسابنا|حساباتنا|follow us)(?: (?!ب?{_NETWORK})\S+){{0,4}} (?:ب)?{_NETWORK}(?: (?:و ?)?{_NETWORK})*$",
        ),
        (
            "social",
            rf"^{_NETWORK}(?: (?:و ?)?{_NETWORK})*$|^(?:مواقع|وسائل|شبكات) التواصل الاجتماعي$|^(?:تابعنا|تابعونا|follow us)(?: (?:علي|عبر))?$",
        ),
        (
            "social",
            rf"^(?:و ?)?(?:اشترك|اشتركوا|انضم|انضموا|سجل|سجلوا) (?:في|الي|ب) ?(?:ال)?(?:قنا|صفح|حساب|مجموع|خدم)\S*(?: \S+){{0,6}} (?:علي|عبر|في) (?:تطبيق )?{_NETWORK}$"
            rf"|^(?:للمزيد(?: \S+){{0,4}} )?(?:تابعونا|تابعنا|تابعوا)(?: \S+){{0,8}} (?:علي|عبر|من خلال) (?:(?:ال)?تطبيق\S*(?: \S+){{0,4}}|{_NETWORK})$",
        ),
        (
            "share",
            rf"^(?:شارك|شاركها|شاركه|شاركنا|شاركوا|مشاركه|انشر|انشرها|نشر|ارسل|ارسال|share)(?: {_THIS})?(?: (?:مع|الي|ل|لصديق|صديق|اصدقائك|اصدقائكم|الاصدقاء|الصديق|علي|عبر|و|this|on|{_NETWORK}))*$",
        ),
        (
            "share",
            rf"^(?:طباعه|اطبع|حفظ|نسخ|نسخ الرابط|رابط مختصر|ارسال بالبريد|البريد|pdf|print|email|تكبير(?: الخط)?|تصغير(?: الخط)?|حجم الخط(?: \S+){{0,3}}|استمع(?: {_THIS})?)(?: {_THIS})?$",
        ),
        (
            "advertisement",
            r"^(?:اعلان|اعلانات|اعلان ممول|مساحه اعلانيه|advertisement|ads?|sponsored|محتوي ممول)$"
            r"|^(?:للاعلان|اعلن|اعلنوا) (?:معنا|لدينا|هنا|(?:في|علي) (?:هذا )?(?:ال)?(?:موقع|صفحه)\S*)(?: \S+){0,8}$",
        ),
        (
            "banner",
            r"^(?:تابع|تابعوا|شاهد|شاهدوا|اقرا|بالفيديو|مباشر)(?: \S+){1,8} (?:لحظه بلحظه|مباشره|لحظيا|اول باول)$|^(?:تغطيه|بث) (?:مباشر|مباشره|حيه|خاصه)(?: \S+){0,3}$|^(?:حمل|حملوا|نزل) (?:ال)?تطبيق\S*(?: \S+){0,6}$|^(?:اضغط|انقر) هنا(?: \S+){0,6}$",
        ),
        (
            "comments",
            r"^(?:التعليقات|تعليقات القراء|تعليقات الزوار|اراء القراء|اضف تعليق\S*|اضف تعقيب|اترك (?:تعليق\S*|رد\S*|ردا)|اكتب تعليق\S*|شارك برايك|لا (?:توجد|يوجد) تعليقات|comments?|leave a (?:reply|comment)|لن يتم نشر عنوان بريدك(?: \S+){0,10})$",
        ),
        (
            "counter",
            r"^(?:عدد )?(?:ال)?(?:مشاهدات|مشاهده|قراءات|زيارات|تعليقات|تعليق|زوار|مشاركات|مشاركه|قراءه|views?|comments?|shares?) [0-9]+$|^[0-9]+ (?:مشاهدات|مشاهده|قراءه|قراءات|زياره|تعليقات|تعليق|مشاركه|مشاركات|views?|comments?|shares?)$|^(?:السنه [0-9]+ )?العدد [0-9]+$|^(?:مده|وقت|زمن) القراءه(?: \S+){0,3}$|^(?:[0-9]+ )?(?:دقيقه|دقيقتان|دقائق) (?:لل|ل|من )?(?:ال)?قراءه$",
        ),
        (
            "tags",
            r"^(?:الكلمات|كلمات) (?:المفتاحيه|مفتاحيه|دلاليه|الدلاليه)(?: .*)?$|^(?:الوسوم|وسوم|اوسمه|tags|هاشتاغ)(?: \S+){0,14}$",
        ),
        (
            "copyright",
            r"^(?:.* )?(?:جميع|كافه|كل) (?:ال)?حقوق محفوظه?(?: .*)?$|^(?:.* )?حقوق (?:النشر|الطبع|الملكيه)(?: \S+){0,3} محفوظه(?: .*)?$|^copyright(?: .*)?$|^(?:.* )?all rights reserved(?: .*)?$|^حقوق النشر(?: \S+){0,6}$|^(?:تصميم|برمجه|تطوير|powered by)(?: و\S+)?(?: \S+){1,4}$",
        ),
        (
            "notice",
            r"^(?:.* )?ملفات (?:تعريف )?(?:ال)?(?:ارتباط|كوكيز)(?: .*)?$|^(?:سياسه الخصوصيه|الشروط والاحكام|شروط الاستخدام|اتصل بنا|من نحن|عن الموقع|خريطه الموقع|هيئه التحرير|privacy policy|terms of use)(?: .*)?$"
            r"|^(?:(?:جميع|كل|كافه|ان) )?(?:ال)?(?:مقالات|مقال|مقاله|اراء|اراي|تعليقات|مواد|موضوعات|مشاركات|كتابات|منشورات|ما ينشر)"
            r"(?: \S+){0,8} (?:و ?)?لا (?:ت|ي)عبر(?:ون)? بالضروره عن(?: \S+){1,8}$"
            r"|^(?:ال)?(?:اراء|تعليقات|مشاركات|مقالات)(?: \S+){0,4} لا تعبر عن (?:راي|وجهه نظر|موقف|سياسه) (?:ال)?(?:موقع|صحيفه|جريده|شبكه|قناه|وكاله|بوابه|مجله|ناشر|منتدي)(?: \S+){0,8}$",
        ),
        (
            "date_line",
            r"^(?:اخر تحديث |تم التحديث |نشر(?:ت)? )?(?:منذ|قبل) (?:[0-9]+ )?(?:ثوان|دقيقه|دقيقتين|دقائق|ساعه|ساعتين|ساعات|يوم|يومين|ايام"
            r"|اسبوع|اسبوعين|اسابيع|شهر|شهرين|اشهر|شهور|سنه|سنتين|سنوات)$",
        ),
        (
            "navigation",
            r"^(?:الرئيسيه|الصفحه الرئيسيه|القائمه|القائمه الرئيسيه|بحث|ابحث|البحث|تسجيل الدخول|تسجيل دخول|دخول|حسابي|اعلي الصفحه|العوده الي الاعلي|المزيد|اقرا المزيد|للمزيد|عرض المزيد|العوده(?: الي)? الرئيسيه|home|menu|search|login|more|read more|skip to content|انتقل الي المحتوي)$",
        ),
        (
            "navigation",
            r"^(?:ال)?(?:سابق|سابقه|تالي|تاليه|previous|next|prev)$|^(?:المقال|الخبر|الموضوع|الصفحه) (?:السابق|السابقه|التالي|التاليه)$",
        ),
    )
)
_INVITATIONS = frozenset({"whatsapp", "newsletter", "social", "share", "banner", "tags"})
_IMPERATIVE = compile_folded(
    "(?:و ?)?(?:ا?شترك|اشتركوا|سجل|سجلوا|انضم|انضموا|تابع|تابعنا|تابعونا|تابعوا|احصل|للاشتراك|شارك|شاركوا|انشر|زوروا|حمل|حملوا)\\b"
)
_END_MARK = re.compile(r"^\W*(?:انته[ىي]|انتهى الخبر|/{2,}|\*{2,}|#{2,}|-{3,}|_{3,}|={3,}|•{2,})\W*$")
_COPYRIGHT_SIGN = re.compile(r"©|\(c\) ?[12][0-9]{3}", re.IGNORECASE)

RELATED_HEADINGS = compile_folded(
    r"^(?:مقالات|مواضيع|موضوعات|اخبار|مواد|قصص|تقارير)?(?: ?(?:قد )?(?:ذات صله|ذات علاقه|متعلقه|مشابهه|مرتبطه|تهمك|يهمك|اخري))$"
    r"|^(?:اقرا|اقراوا|اقرؤوا|اقرئي|شاهد|شاهدوا|طالع|قد يهمك|ربما يعجبك|قد يعجبك|related)(?: (?:ايضا|كذلك|المزيد|articles|posts|stories))?$"
    r"|^(?:الاكثر|الاعلي) (?:قراءه|مشاهده|تعليقا|شعبيه)$|^(?:احدث|اخر|اهم) (?:الاخبار|المقالات|المواضيع)$"
    r"|^من (?:نفس القسم|القسم نفسه)$"
)
ENDS_THE_ARTICLE = frozenset({"comments", "copyright", "newsletter", "social", "tags", "related_heading", "end_mark"})
"""Codes of lines after which only more of the site comes, when no paragraph follows."""


def is_end_mark(line: str) -> bool:
    """Does LINE only say that the text ends: «// انتهى //», or a row of signs?"""
    return len(line) <= MAX_END_MARK_CHARS and _END_MARK.match(line) is not None


def known_furniture(line: str) -> str:
    """Return the code of a LINE that every site has in its own words, or ""."""
    if is_end_mark(line):
        return "end_mark"
    if len(line) > MAX_FURNITURE_CHARS:
        return ""
    key = words(line)
    if not key:
        return "navigation"
    if len(key.split()) > MAX_FURNITURE_WORDS:
        return ""
    if _COPYRIGHT_SIGN.search(line):
        return "copyright"
    code = next((code for code, pattern in _PATTERNS if pattern.match(key)), "")
    return "" if code in _INVITATIONS and _is_a_statement(line, key) else code


def _is_a_statement(line: str, key: str) -> bool:
    """A full sentence that tells of services and networks, and does not ask the reader to do something."""
    return line.rstrip('»”") ').endswith(".") and len(key.split()) > MAX_SHORT_WORDS and not _IMPERATIVE.match(key)


@dataclass(slots=True)
class RepeatedLines:
    """How many different pages of a source carry a line. Copies of one page, saved again, count once.

    A page is known by the rarest of the lines it begins with, which is its headline: banners and section names
    return on every page. Under other headlines too, pages that share most of their prose are versions of one story,
    and count once: what they repeat is the story, while a site's own sentences are the lesser part of what pages say.
    """

    pages: int = 0
    _counts: Counter = field(default_factory=Counter)
    _headlines: frozenset[int] = frozenset()
    _prose: frozenset[int] = frozenset()

    @classmethod
    def learn(cls, pages: Sequence["PageLines"]) -> "RepeatedLines":
        raw: Counter = Counter()
        for page in pages:
            raw.update(page.all)
        heads = [page.head(raw, len(pages)) for page in pages]
        copies: dict[int, list[PageLines]] = {}
        for page, head in zip(pages, heads, strict=True):
            copies.setdefault(page.identity(head, raw), []).append(page)
        shared = _shared_prose([_words_of_prose(same) for same in copies.values()])
        stories = _join(list(copies.values()), [group.pages for group in shared if group.is_story])
        counts: Counter = Counter()
        for story in stories:
            counts.update(frozenset().union(*(page.all for page in story)))
        headlines = frozenset(
            line.key
            for head in heads
            for line in head
            if not line.is_paragraph and 1 < counts[line.key] <= HEADLINE_PAGES
        )
        # Lines of one page only are known by their absence.
        counts = Counter({line: count for line, count in counts.items() if count > 1})
        prose = frozenset().union(*(group.lines for group in shared if group.is_most))
        return cls(len(stories), counts, headlines, prose)

    def count(self, key: int) -> int:
        """On how many different pages the line of KEY stands: 1 when on one or none."""
        return self._counts.get(key, 1)

    def is_common(self, key: int) -> bool:
        """Does the line of KEY stand on so many pages that, above or below the text, it is the site's?"""
        return key not in self._prose and _is_common(self.count(key), self.pages)

    def is_sites(self, key: int) -> bool:
        """Is the sentence of KEY beyond doubt the site's: on half of the pages, and the lesser part of most of them?"""
        return self.count(key) >= self.pages * TEXT_SHARE and key not in self._prose

    def may_be_headline(self, key: int) -> bool:
        """Does the line of KEY stand where a headline does, on few enough pages to be one that its neighbours name?"""
        return key in self._headlines


class OpeningLine(NamedTuple):
    key: int
    length: int
    is_paragraph: bool


@dataclass(slots=True)
class PageLines:
    """The lines of one page: all of them by their keys, and those it opens with, its first paragraphs among them.

    PROSE has the number of words of each line that is long enough to tell something, by its key.
    """

    all: frozenset[int]
    opening: tuple[OpeningLine, ...]
    prose: dict[int, int]

    def head(self, counts: Counter, pages: int) -> tuple[OpeningLine, ...]:
        """What stands above the first paragraph that is the page's own: the site may open with a sentence."""
        paragraphs = [place for place, line in enumerate(self.opening) if line.is_paragraph]
        own = (place for place in paragraphs if not _is_common(counts[self.opening[place].key], pages))
        # Copies of one page have none: their headline is above their last one at any rate.
        return self.opening[: next(own, paragraphs[-1] if paragraphs else None)]

    def identity(self, head: Sequence[OpeningLine], counts: Counter) -> int:
        """The key of the rarest line of HEAD; of equally rare ones the most repeated in the page, the longest."""
        if not head:
            return hash(self.all)
        repeats = Counter(line.key for line in head)
        return min(
            head, key=lambda line: (counts[line.key], line.is_paragraph, -repeats[line.key], -line.length, line.key)
        ).key


@dataclass(frozen=True, slots=True)
class _SharedProse:
    """The LINES of prose that stand on the same PAGES, which are named by their places, and what they are to these.

    Of what a page says, a PART is told by the lines that all of the pages have.
    """

    pages: frozenset[int]
    lines: tuple[int, ...]
    parts: tuple[float, ...]
    line_count: int

    @property
    def is_most(self) -> bool:
        """Do most of the pages say little else? They may be versions of one story."""
        large = sum(part >= TEXT_SHARE for part in self.parts)
        return len(self.pages) <= MAX_VERSIONS and large * 2 > len(self.parts)

    @property
    def is_story(self) -> bool:
        """One sentence alone may be the site's, on pages that say less than that."""
        return self.is_most and self.line_count >= MIN_STORY_LINES


def _words_of_prose(copies: Iterable[PageLines]) -> dict[int, int]:
    return {key: count for page in copies for key, count in page.prose.items()}


def _shared_prose(pages: Sequence[dict[int, int]]) -> list[_SharedProse]:
    """Find what of their prose PAGES (the words of each line, by its key) share, by the pages that share it."""
    places: dict[int, list[int]] = {}
    for place, prose in enumerate(pages):
        for key in prose:
            places.setdefault(key, []).append(place)
    groups: dict[frozenset[int], list[int]] = {}
    for key, found in places.items():
        if len(found) > 1:
            groups.setdefault(frozenset(found), []).append(key)
    return [_shared_by(group, lines, pages) for group, lines in groups.items()]


def _shared_by(group: frozenset[int], lines: list[int], pages: Sequence[dict[int, int]]) -> _SharedProse:
    common = set.intersection(*(set(pages[place]) for place in group))
    parts = (sum(pages[place][key] for key in common) / sum(pages[place].values()) for place in group)
    return _SharedProse(group, tuple(lines), tuple(parts), len(common))


def _join(copies: Sequence[list[PageLines]], groups: Iterable[frozenset[int]]) -> list[list[PageLines]]:
    """Put the pages together that stand, by their places, in one of GROUPS, or in groups that overlap."""
    stories = {place: {place} for place in range(len(copies))}
    for group in groups:
        joined = set().union(*(stories[place] for place in group))
        stories.update(dict.fromkeys(joined, joined))
    different = {id(story): story for story in stories.values()}.values()
    return [[page for place in story for page in copies[place]] for story in different]


def _is_common(count: int, pages: int) -> bool:
    return count > 1 and count >= pages * SHARE_OF_PAGES


def line_key(line: str) -> int:
    """The key by which lines are counted: equal for every spelling of the same words."""
    return int.from_bytes(blake2b(words(line).encode(), digest_size=8).digest())


def keys_of(lines: Iterable[str]) -> frozenset[int]:
    return frozenset(line_key(line) for line in lines)
