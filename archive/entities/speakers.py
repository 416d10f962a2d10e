"""Who says something: the words for a speaker beside a verb of saying, and what kind of source they name.

All of it is folded text. A speaker's words are a rough stretch that surely holds the name or the office.
"""

import re
from typing import NamedTuple

from archive.entities.homographs import PARTICLES_OF_NAMES
from archive.text.normalize import fold, word_set

MAX_SPEAKER_CHARS = 150
MAX_SPEAKER_WORDS = 16
MAX_APPOSITION_WORDS = 6
MAX_SUBJECT_GAP_CHARS = 90
MAX_SUBJECT_CHARS = 500
FEWEST_LETTERS_OF_PLURAL = 8

WORD = re.compile(r"[ء-ي0-9a-z]+")


class Stretch(NamedTuple):
    """Words at offsets in a folded text."""

    start: int
    end: int


_STOPS = word_set(
    "في خلال على عن من إلى بعد قبل عقب أثناء لدى عبر ضمن عند منذ حين حيث حول ضد أمام إثر مع إن أن بأن أنه إنه"
    " إلا لكن بل ثم الذي التي الذين وهو وهي وهم كان كانت وكان وكانت بينما فيما كما مثلما إذ إذا عما مما قد لم"
    " لن لا ما ليس اليوم أمس أول غدا صباح مساء فجر ظهر ليل ليلا صباحا ظهرا فجرا لاحقا سابقا أيضا مجددا الآن"
    " بدوره بدورها يوم السبت الأحد الاثنين الثلاثاء الثلثاء الأربعاء الخميس الجمعة ردا تعليقا بحسب حسب وفق"
    " وفقا طبقا نقلا بناء بشأن بخصوص بعيد قبيل عشية غداة أي هنا هناك رسميا هاتفيا بعدما قبلما كلما حينما لما"
    " فإن وإن وأن بما مؤتمر قوله قولها قولهم القول بالقول يقول تقول يقيم تقيم يعمل تعمل يعيش تعيش يتابع حضر"
    " شارك طلب رفض تحدث كلا نفسه ل لـ للصحافيين للصحفيين للصحيفة لوكالة لصحيفة لقناة لإذاعة لبرنامج لموقع"
    " لشبكة لرويترز لفرانس للأناضول للجزيرة للوكالة ساخرا ضاحكا مازحا سواء للقناة لنا لي له لها لهم به بها بهم"
    " عنه عنها منه منها منهم إليه إليها عليه عليها"
)
_SKIPPED = word_set(
    "به بها بهم له لها لهم عنه عنها عليه عليها إليه قد أيضا كذلك بدوره بدورها جهته جهتها جانبه جانبها أمس"
    " اليوم مساء صباح السبت الأحد الاثنين الثلاثاء الثلثاء الأربعاء الخميس الجمعة"
)
"""Words between a verb and its subject."""
_ON_THEIR_SIDE = word_set("جهته جهتها جهتهم جانبه جانبها جانبهم")

_PLACED = word_set(
    "مصدر مصادر مصدران مسؤول مسؤولون مسؤولين مسئول مسئولون مسئولين دبلوماسي دبلوماسيون دبلوماسيين ديبلوماسي"
    " ديبلوماسيون شاهد شهود ناشط ناشطون نشطاء محلل محللون خبير خبراء عضو أعضاء قيادي قياديون ضابط ضباط أحد"
    " إحدى عدد بعض كثير سائق بائع عامل موظف موظفة طالب طالبة ناخب نازح لاجئ لاجئة نادل مدرس صيدلي مشارك مواطن"
    " مواطنون المتحدث الناطق المتحدثة الناطقة متحدث ناطق مبعوث المبعوث موفد سفير السفير المشرف المشرفة القائم"
    " مسؤولة المبعوثة مساعد دول زائرة زائر"
)
"""Those who are told by where they are or what of: «مسؤولون في الائتلاف», «المشرف على الإدارة»."""

_OFFICES_OF = word_set("التنفيذي العام العامة الرسمي الإعلامي الفني الإقليمي")
"""«الرئيس التنفيذي لـ«فايزر»»: the company is part of the office."""

_PLACING = word_set("في من على إلى باسم")
_OPENERS = word_set("لكن ولكن أما وأما كان وكان كانت وكانت غير بيد أن كما وقد قد لقد")
_ASIDES = word_set(
    "من ومن بدوره بدورها وبدوره وبدورها وفي في إلى وإلى وعن وحول كذلك بالمقابل وبالمقابل وهنا وبعد بعد وعلى"
    " على بالتوازي"
)
"""With one of these a sentence begins whose subject stands behind the first comma."""

_SUBJECT_HEADS = word_set(
    "رئيس وزير وزيرة مدير مديرة أمين مبعوث متحدث مصدر مصادر مسؤول مسؤولون خبراء محللون ناشطون شهود منظمة"
    " وزارة شركة قناة حركة حزب وكالة هيئة لجنة مجلس صحيفة قائد زعيم ولي نائب عضو رئيسة"
)
_BEGINNING_LIKE_AND = word_set("وزير وزيرة وزارة وزراء وكيل وكالة وفد والي وسائل وسيط وليد وائل")
_INITIAL = re.compile(r"(?:^| |و)[ء-ي]$")
"""«د. أحمد»."""
_STATE = re.compile(r"م[ء-ي]{3,}ا$")
"""A participle that tells how somebody speaks: معتذراً."""
_NAMES_LIKE_STATES = word_set("ماليزيا موريتانيا منغوليا مقدونيا مالطا مولدوفا مانديلا مارادونا")

SOURCE_KINDS = {
    word: kind
    for kind, words in {
        "witness": "شاهد شهود شاهدة الشهود",
        "activist": "ناشط ناشطة ناشطون ناشطين نشطاء الناشطون حقوقيون",
        "diplomat": "دبلوماسي دبلوماسيون دبلوماسيين دبلوماسية ديبلوماسي ديبلوماسيون ديبلوماسيين",
        "official": "مسؤول مسؤولون مسؤولين مسؤولة مسئول مسئولون مسئولو مسئولين مسؤولو المسؤولون",
        "expert": "محلل محللون محللين خبير خبراء خبيرة المحللون الخبراء مراقبون مراقبين المراقبون",
        "agency": "وكالة وكالات صحيفة صحف قناة تلفزيون إذاعة موقع وسائل الوكالة الصحيفة التلفزيون القناة",
        "document": "بيان البيان تقرير التقرير تقارير وثيقة دراسة الدراسة بلاغ البلاغ مذكرة رسالة الرسالة",
    }.items()
    for word in fold(words).split()
}
SOURCE_WORDS = word_set("مصدر مصادر مصدران المصدر المصادر")
_QUALIFIERS = {
    word: kind
    for kind, words in {
        "informed": "مطلع مطلعة مطلعان عليمة عليم مقربة مقرب موثوقة موثوق",
        "security": "أمني أمنية عسكري عسكرية قضائي قضائية",
        "diplomat": "دبلوماسي دبلوماسية ديبلوماسي ديبلوماسية",
        "official": "رسمي رسمية حكومي حكومية وزاري وزارية",
    }.items()
    for word in fold(words).split()
}
SAYERS = (
    frozenset(SOURCE_KINDS)
    | SOURCE_WORDS
    | word_set(
        "منظمة وزارة شركة حركة حزب هيئة لجنة مجلس جماعة مؤسسة جمعية حكومة سلطات رئاسة المنظمة الوزارة الشركة"
        " الحركة الهيئة اللجنة المؤسسة الحكومة السلطات الجيش الشرطة الخارجية الداخلية المتحدث متحدث الناطق"
        " ناطق المتحدثين الرئيس رئيس وزير الوزير مدير المدير مبعوث الشركتين الشركتان باحثين الباحثين علماء"
        " العلماء سكان السكان ناجين أقارب مقربين مشاركين المرصد المحامي محامي الدفاع الإطفاء الأمم"
    )
)
"""With one of these begins who may stand behind «بحسب»: a plan or a law says nothing."""


def speaker_behind(text: str, start: int, end: int, *, governed: bool = False) -> Stretch | None:
    """The words for a speaker that begin at START in TEXT and end at END at the latest; None when there are none.

    GOVERNED by a preposition, they may be a plural that could not be a subject, and end with the first comma.
    """
    words = list(WORD.finditer(text, start, min(end, start + MAX_SPEAKER_CHARS)))
    words = _without_address(text, words)
    while words and _is_skipped(words) and not _broken(text, start, words[0].start()):
        words.pop(0)
    if not words or _broken(text, start, words[0].start()) or not _begins(words[0][0], governed=governed):
        return None
    last = words[0]
    for number, word in enumerate(words[1:MAX_SPEAKER_WORDS], 1):
        goes_on = not governed and _in_apposition(text, last, words[number:], end)
        if _broken(text, last.end(), word.start()) and not goes_on:
            break
        if (word[0] in _STOPS and not _places(word[0], words[:number])) or _is_state(word[0], last[0]):
            break
        last = word
    if last[0] in _PLACING and last is not words[0]:
        last = words[words.index(last) - 1]
    return Stretch(words[0].start(), _closed(text, words[0].start(), last.end()))


def subject_before(text: str, start: int, end: int) -> Stretch | None:
    """The subject at the beginning of a sentence (START) whose verb stands at END: «لكن وزير الخارجية أكد…»."""
    if end - start > MAX_SUBJECT_CHARS:
        return None
    words = list(WORD.finditer(text, start, end))
    told = False
    while words and words[0][0] in _OPENERS:
        words.pop(0)
        told = True
    if words and words[0][0] in _ASIDES:
        comma = re.compile("[،,]").search(text, words[0].end(), end)
        words = [word for word in words if comma and word.start() >= comma.end()]
        told = True
    if not words or not (told or words[0][0].startswith("ال") or words[0][0] in _SUBJECT_HEADS):
        return None
    if words[0][0].startswith("و") and words[0][0] not in _BEGINNING_LIKE_AND:
        return None
    found = speaker_behind(text, words[0].start(), end)
    return found if found and end - found.end <= MAX_SUBJECT_GAP_CHARS else None


def source_kind(text: str, speaker: Stretch) -> str:
    """What kind of source the SPEAKER is by its words; empty when they tell none."""
    words = [word[0] for word in WORD.finditer(text, speaker.start, speaker.end)][:4]
    if words[0] in SOURCE_WORDS:
        return next((_QUALIFIERS[word] for word in words[1:] if word in _QUALIFIERS), "source")
    if words[0] in {"احد", "احدي", "عدد", "بعض"}:
        words = [word for word in words[1:] if word != "من"] or words
    return SOURCE_KINDS.get(words[0].removeprefix("ال") if words[0] not in SOURCE_KINDS else words[0], "")


def _closed(text: str, start: int, end: int) -> int:
    """END, behind the mark that closes what a mark between START and END opens."""
    for opening, closing in (("(", ")"), ("«", "»"), ("“", "”"), ('"', '"')):
        within = text[start:end]
        is_open = within.count(opening) % 2 if opening == closing else within.count(opening) > within.count(closing)
        if is_open and text[end : end + 1] == closing:
            return end + 1
    return end


def _is_skipped(words: list[re.Match]) -> bool:
    return words[0][0] in _SKIPPED or (words[0][0] == "من" and len(words) > 1 and words[1][0] in _ON_THEIR_SIDE)


def _begins(word: str, *, governed: bool) -> bool:
    """May a speaker begin with WORD? A plural in «ـين» is no subject, a participle tells how something is said."""
    is_object = (
        not governed and len(word) >= FEWEST_LETTERS_OF_PLURAL and word.startswith("ال") and word.endswith("ين")
    )
    return (len(word) > 1 or word in "دم") and word not in _STOPS and not _is_state(word) and not is_object


def _is_state(word: str, before: str = "") -> bool:
    """Does WORD tell how somebody speaks, and is no name like «موريتانيا» or, behind BEFORE, «دي ميستورا»?"""
    return bool(_STATE.match(word)) and word not in _NAMES_LIKE_STATES and before not in PARTICLES_OF_NAMES


def _without_address(text: str, words: list[re.Match]) -> list[re.Match]:
    """WORDS without whom something is said to, where that comes first: «قال لـ«الضفاف» باحث»."""
    if (
        not words
        or words[0][0] != "ل"
        or text[words[0].end() : words[0].end() + 2].strip()[:1] not in {"«", '"', "“"}
    ):
        return words
    closing = re.compile('[»"”]').search(text, words[0].end() + 2)
    return [word for word in words if closing and word.start() >= closing.end()]


def _broken(text: str, start: int, end: int) -> bool:
    """Is there a mark between START and END of TEXT that parts a sentence?"""
    marks = text[start:end]
    if marks == ". " and _INITIAL.search(text, max(0, start - 3), start):
        return False
    return any(mark in "،,؛;:.؟!\n\t–—" for mark in marks)


def _in_apposition(text: str, last: re.Match, rest: list[re.Match], end: int) -> bool:
    """Is what follows a comma who is meant, told once more, up to the next comma: «الوزير، أحمد علي، أن»?"""
    closing = re.compile("[،,]").search(text, rest[0].end(), end)
    if text[last.end() : rest[0].start()].strip() not in {"،", ","} or not closing:
        return False
    within = [word[0] for word in rest if word.end() <= closing.start()]
    return 0 < len(within) <= MAX_APPOSITION_WORDS and not any(word in _STOPS for word in within[:1])


def _places(word: str, before: list[re.Match]) -> bool:
    if word == "ل":
        return before[-1][0] in _OFFICES_OF
    return word in _PLACING and before[0][0] in _PLACED and len(before) <= MAX_APPOSITION_WORDS
