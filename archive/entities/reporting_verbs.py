"""The verbs by which papers tell what somebody said, in the forms in which they stand in folded text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from archive.text.normalize import fold, word_set


class Cue(NamedTuple):
    """A form of a verb of saying.

    AGREES is how it agrees with its subject ("m", "f" or "p"); a PARTICIPLE has the subject of the verb before it.
    PREPOSITIONS may stand between it and «أن». ADDS tells that it goes on with what the same speaker said before;
    STRONG, that it needs no quotation for its subject to be one who says things; RELAYS, that its subject passes on
    what another said; REPORTS, that «أن» behind it introduces what was said; BOUND, that this takes a preposition.
    """

    agrees: str
    participle: bool
    prepositions: frozenset[str]
    adds: bool
    strong: bool
    relays: bool
    reports: bool
    bound: bool = False


_TO, _ON, _OF, _FROM = "الى", "على", "عن", "من"

# Past, present, active participle («-» where papers use none), and the prepositions before «أن».
_VERBS = (
    ("قال", "يقول", "قائل", ""),
    ("أعلن", "يعلن", "معلن", _OF),
    ("أكد", "يؤكد", "مؤكد", _ON),
    ("أوضح", "يوضح", "موضح", ""),
    ("أشار", "يشير", "مشير", _TO),
    ("لفت", "يلفت", "لافت", _TO),
    ("ذكر", "-", "-", ""),
    ("نفى", "ينفي", "نافي", ""),
    ("اعتبر", "يعتبر", "معتبر", ""),
    ("رأى", "يرى", "-", ""),
    ("شدد", "يشدد", "مشدد", _ON),
    ("كشف", "يكشف", "كاشف", _OF),
    ("أضاف", "يضيف", "مضيف", ""),
    ("تابع", "يتابع", "متابع", ""),
    ("أردف", "يردف", "مردف", ""),
    ("استطرد", "يستطرد", "مستطرد", ""),
    ("زاد", "-", "-", ""),
    ("أفاد", "يفيد", "مفيد", ""),
    ("صرح", "يصرح", "مصرح", ""),
    ("بين", "يبين", "مبين", ""),
    ("أبان", "-", "-", ""),
    ("أبلغ", "يبلغ", "مبلغ", ""),
    ("أخبر", "يخبر", "-", ""),
    ("زعم", "يزعم", "زاعم", ""),
    ("ادعى", "يدعي", "مدعي", ""),
    ("حذر", "يحذر", "محذر", _FROM),
    ("نبه", "ينبه", "منبه", f"{_TO} {_FROM}"),
    ("توقع", "يتوقع", "متوقع", ""),
    ("رجح", "يرجح", "مرجح", ""),
    ("استبعد", "يستبعد", "مستبعد", ""),
    ("أقر", "يقر", "مقر", ""),
    ("اعترف", "يعترف", "معترف", ""),
    ("تعهد", "يتعهد", "متعهد", ""),
    ("جزم", "يجزم", "جازم", ""),
    ("نوه", "ينوه", "منوه", _TO),
    ("ألمح", "يلمح", "ملمح", _TO),
    ("خلص", "يخلص", "-", _TO),
    ("طمأن", "يطمئن", "مطمئن", _TO),
    ("رد", "يرد", "-", ""),
    ("كتب", "يكتب", "-", ""),
    ("روى", "يروي", "راوي", ""),
    ("أبرز", "يبرز", "مبرز", ""),
    ("سجل", "يسجل", "مسجل", ""),
    ("أورد", "يورد", "مورد", ""),
    ("استدرك", "يستدرك", "مستدرك", ""),
    ("لاحظ", "يلاحظ", "ملاحظ", ""),
    ("دعا", "يدعو", "داعي", _TO),
    ("وصف", "يصف", "واصف", ""),
    ("كرر", "يكرر", "مكرر", ""),
    ("جدد", "يجدد", "مجدد", ""),
    ("علق", "يعلق", "معلق", ""),
    ("أجاب", "يجيب", "مجيب", ""),
    ("تساءل", "يتساءل", "متسائل", ""),
    ("سأل", "يسأل", "-", ""),
    ("لخص", "يلخص", "ملخص", ""),
    ("صاح", "يصيح", "-", ""),
    ("هتف", "يهتف", "-", ""),
    ("ختم", "يختم", "-", ""),
    ("اختتم", "يختتم", "مختتم", ""),
    ("أكمل", "يكمل", "-", ""),
    ("نقل", "ينقل", "ناقل", ""),
    ("رحب", "يرحب", "-", ""),
    ("انتقد", "ينتقد", "-", ""),
    ("دافع", "يدافع", "-", ""),
    ("أعرب", "يعرب", "معرب", ""),
    ("حض", "يحض", "-", ""),
)
_ADDING = frozenset({"أضاف", "تابع", "أردف", "استطرد", "زاد", "استدرك", "اختتم", "ختم", "أكمل"})
_WEAK = frozenset({"ذكر", "بين", "تابع", "زاد", "رد", "كتب", "سجل", "نقل", "علق", "لاحظ", "سأل", "أورد", "أبرز"})
"""Also words of other meanings: what stands behind them is a speaker only where there is a quotation."""
_ONLY_SUBJECTS = frozenset({"رحب", "انتقد", "دافع", "حض", "جدد", "كرر"})
_BOUND = frozenset({"دعا", "حض", "طمأن"})
_NOUNS = {
    "قوله": "m", "قولها": "f", "قولهم": "p", "بقوله": "m", "بقولها": "f", "بقولهم": "p", "بالقول": "", "القول": "",
    "القائل": "m", "القائلة": "f",
}  # fmt: skip


def _cues() -> Iterator[tuple[str, Cue]]:
    for past, present, participle, prepositions in _VERBS:
        common = {
            "prepositions": frozenset(fold(prepositions).split()),
            "adds": past in _ADDING,
            "strong": past not in _WEAK,
            "relays": past == "نقل",
            "reports": past not in _ONLY_SUBJECTS,
            "bound": past in _BOUND,
        }
        for form, agrees in (*_past(past), *_present(present)):
            yield fold(form), Cue(agrees, participle=False, **common)
        for form, agrees in _participle(participle):
            yield fold(form), Cue(agrees, participle=True, **common)
    for form, agrees in _NOUNS.items():
        yield fold(form), Cue(agrees, True, frozenset(), adds=False, strong=True, relays=False, reports=True)
    for form in ("وصفه", "وصفها", "وصفهم"):
        yield form, Cue("m", False, frozenset(), adds=False, strong=True, relays=False, reports=True)
    for form in ("وصفته", "وصفتها", "وصفتهم"):
        yield form, Cue("f", False, frozenset(), adds=False, strong=True, relays=False, reports=True)


def _past(verb: str) -> Iterator[tuple[str, str]]:
    weak = verb[-1] in "اى"
    bare = verb[:-1] if weak else verb
    yield verb, "m"
    yield f"{bare}ت", "f"
    yield f"{bare}وا", "p"
    yield f"{bare}{'يا' if weak else 'ا'}", "p"
    yield f"{bare}تا", "p"
    yield f"{bare}ن", "p"


def _present(verb: str) -> Iterator[tuple[str, str]]:
    if verb == "-":
        return
    yield verb, "m"
    yield f"ت{verb[1:]}", "f"
    bare = verb[:-1] if verb[-1] in "يىو" else verb
    yield f"{bare}ون", "p"
    yield f"{verb}ان", "p"


def _participle(word: str) -> Iterator[tuple[str, str]]:
    if word == "-":
        return
    yield f"{word}ا", "m"
    yield f"{word}ة", "f"
    bare = word[:-1] if word[-1] == "ي" else word
    yield f"{bare}ين", "p"


CUES = dict(reversed(list(_cues())))
"""By folded form; a later verb of the same form gives way to an earlier one."""

NOT_CUES = word_set(
    "بينا بينن تبين تبينا توقعا زادن ردا ردن ردوا كتبا ذكرا نقلا سجلا علقا كشفا رايا نفيا حذرا وصفا مجددا"
    " مجدده مقرا مقره مقرين مفيدا مفيده مفيدين مبلغا متابعه متابعين معلقا معلقه موردا موردين ناقله ناقلين"
    " مدعين مسجله مسجلين مكرره ملخصا راويه ملاحظه ملاحظين"
)
"""Forms of verbs that are nouns, or something else, much more often."""

_THAT = re.compile(r"(?<![ء-ي])(?:ب?ان(?:ه|ها|هم|هما|هن|ني|نا|ي|ك|كم)?|الا|بالا)(?![ء-ي])(?! كي مون)")
"""«أن», «إن» and «بأن», with and without a pronoun, and «ألا»."""

MAX_CHARS_TO_THAT = 230
_WORD_BEFORE = re.compile(r"([ء-ي]+) +$")
_NEW_CLAUSE = re.compile(r"[،,] *و(?!هو|هي|هم)[ء-ي]| (?:اذا|فيما|بينما) ")
_PREPOSITIONS = word_set("إلى على عن من في دون")
_ELSEWHERE = word_set(
    "بعد قبل منذ حتى سبق يمكن يمكنه يمكنها يجب ينبغي يتعين يفترض يريد تريد أراد أرادت أردت نريد أريد"
    " يستطيع تستطيع يحاول حاول قرر رفض شرط بشرط لدرجة بد يكاد يتوقع يأمل تأمل آمل أمل آملا يود المقرر"
    " المتوقع المفترض المرجح الممكن"
)
"""«أن» behind one of these belongs to it, and what was said may still come."""
_ANEW = frozenset(
    fold("غير إلا بيد كما علما خاصة خصوصا حيث إذ مع ذلك رغم أي لو سيما بحجة بدعوى مفادها أنباء").split()
)
"""Behind one of these «أن» begins something else."""


OF_GOD = re.compile(r" (?:تعالي|سبحانه|عز وجل|صلي الله)")
"""Behind «قوله»: scripture is no news."""

RATHER_OTHERS = frozenset({"بين", "ابرز"})
"""Rather «between» and «foremost», unless they join a clause or «أن» follows at once."""


def cue_of(word: str) -> tuple[Cue, int] | None:
    """The cue that a folded WORD is, with how many letters of particles stand before it."""
    for letters in (0, 1):
        if letters and word[0] not in "وف":
            break
        form = word[letters:]
        if (cue := CUES.get(form)) and form not in NOT_CUES:
            return cue, letters
    return None


def that_behind(text: str, cue: Cue, start: int, end: int) -> re.Match | None:
    """The «أن» by which CUE, which ends at START of the folded TEXT, introduces what was said; None before END."""
    if not cue.reports:
        return None
    for match in _THAT.finditer(text, start, min(end, start + MAX_CHARS_TO_THAT)):
        between = text[start : match.start()]
        if any(mark in between for mark in "؛;:\n") or _NEW_CLAUSE.search(between):
            return None
        before = _WORD_BEFORE.search(between)
        word = before[1] if before else ""
        if word in cue.prepositions or not (between.strip() or cue.bound):
            return match
        if match[0] in {"الا", "بالا"} or cue.bound or word in _PREPOSITIONS or word in _ELSEWHERE:
            continue
        if word in _ANEW:
            return None
        return match
    return None
