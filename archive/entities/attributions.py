"""Sentences that are told after somebody: «…، بحسب مصادر ديبلوماسية», «كما أعلنت السلطات»."""

import re

from archive.entities.reporting_verbs import cue_of
from archive.entities.speakers import SAYERS, WORD, Stretch, speaker_behind

_AFTER = re.compile(
    r"(?<![ء-ي])(?:و?(?:(?:بحسب|حسب|وفق)(?![ء-ي])|(?:وفقا|طبقا) ل|نقلا عن)(?P<what> ?ما(?= ))?"
    r"|حسبما(?= )|(?P<as>كما)(?= )) *(?=[ء-ي«])"
)
_FIRST_COMMA = re.compile(r"[،,]| ف(?=ان )")
_TRAILING = " .،,؛;:!\n\t"


def attribution_in(text: str, start: int, end: int) -> tuple[int, int, Stretch, Stretch] | None:
    """What is told in the sentence START to END of the folded TEXT, after whom, by which word; None for nobody."""
    for match in _AFTER.finditer(text, start, end):
        speaker = _speaker(text, match, end)
        if speaker is None:
            continue
        told_start, told_end = start, end
        if not text[start : match.start()].strip():
            comma = _FIRST_COMMA.search(text, speaker.end, end)
            if comma is None:
                continue
            told_start = comma.end()
        elif not text[speaker.end : end].strip(_TRAILING):
            told_end = match.start()
        told = text[told_start:told_end]
        first = told_start + len(told) - len(told.lstrip())
        return first, told_start + len(told.rstrip(_TRAILING)), speaker, Stretch(match.start(), match.end())
    return None


def _speaker(text: str, match: re.Match, end: int) -> Stretch | None:
    begin = match.end()
    if match["what"] or match["as"] or match[0].strip() == "حسبما":
        verb = WORD.match(text, begin)
        if not verb or not (found := cue_of(verb[0].removesuffix("ه"))) or found[0].participle:
            return None
        return speaker_behind(text, verb.end(), end)
    first = WORD.search(text, begin, end)
    if first is None or not ({first[0], f"ال{first[0][1:]}", first[0].removeprefix("ل")} & SAYERS):
        return None
    return speaker_behind(text, first.start(), end, governed=True)
