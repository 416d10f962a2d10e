"""Who said what: quotations in a text, direct («…») and reported («قال … إن …»), with the words for their speakers.

Precision goes before completeness: a pronoun is left without a speaker, and what only may be a quotation is none.
Works on the text alone; who the speakers are is found out in `archive.entities.speaking`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from archive.entities.attributions import attribution_in
from archive.entities.quotation_marks import Quoted, quoted_stretches
from archive.entities.reporting_verbs import OF_GOD, RATHER_OTHERS, Cue, cue_of, that_behind
from archive.entities.speakers import WORD, Stretch, source_kind, speaker_behind, subject_before
from archive.text.folded import FoldedText
from archive.text.sentences import SENTENCE_END

DIRECT, REPORTED = "direct", "reported"
MAX_TEXT_CHARS = 200_000
"""Longer texts are books, or broken: they are read up to here."""

FEWEST_WORDS_BEHIND_COLON = 2
FEWEST_WORDS_BEHIND_VERB = 4
FEWEST_WORDS_INSIDE_CLAUSE = 7
FEWEST_WORDS_BEFORE_VERB = 2
FEWEST_WORDS_WITHOUT_VERB = 5
FEWEST_WORDS_ALONE = 8

_SENTENCE_END = re.compile(SENTENCE_END)
_COLON = re.compile(r"[:：] *[«“”\"„] *$")
_ONLY_MARKS = re.compile(r"[\s«»“”\"„.،,:؛؟!…-]*$")
_CLAUSE_END = re.compile(r" *[»”“\"]? *(?:[.،,؛؟!\n]|$)")
_WORD_BEFORE = re.compile(r"([ء-ي]+) *[و]?$")
_NEGATIONS = frozenset({"لا", "لم", "لن", "ولا", "ولم", "ولن"})
_RELATIVE = re.compile(r"(?<![ء-ي])(?:الذي|التي|الذين) (?:كان |كانت |قد )*$")
_WAS = re.compile(r"(?<![ء-ي])[وف]كان(?:ت|وا)? (?:قد )?$")
_CONTRAST = re.compile(r"(?<![ء-ي])(?:فيما|بينما|في حين)(?![ء-ي])")
MAX_WORD_CHARS = 40
_OPENING_MARK = re.compile(r" *[«“”\"„] *$")


class FoundQuotation(NamedTuple):
    """What was said, at character offsets in the text, by whom in the text's own words, and by which verb.

    SPEAKER and CUE are offsets too; SPEAKER is None where a pronoun stands for them, CUE where no verb tells it.
    """

    start: int
    end: int
    kind: str
    speaker: tuple[int, int] | None
    cue: tuple[int, int] | None
    source_kind: str


class _Said(NamedTuple):
    """A quotation in the folded text."""

    start: int
    end: int
    kind: str
    speaker: Stretch | None
    cue: Stretch | None


class _Speaker(NamedTuple):
    """Who speaks: the words for them, None for a pronoun, and how verbs agree with them."""

    words: Stretch | None
    agrees: str


class _Verb(NamedTuple):
    """A verb of saying in the text; JOINED by «و» to what is before it."""

    cue: Cue
    start: int
    end: int
    joined: bool


def find_quotations(text: str) -> list[FoundQuotation]:
    """The quotations in TEXT in order, never overlapping."""
    folded = FoldedText(text[:MAX_TEXT_CHARS])
    found: list[FoundQuotation] = []
    end = 0
    for said in sorted(_Reader(folded.folded).read(), key=lambda said: said[:2]):
        if said.start < end or said.end <= said.start:
            continue
        end = said.end
        found.append(
            FoundQuotation(
                *folded.place(said.start, said.end),
                said.kind,
                folded.place(*said.speaker) if said.speaker else None,
                folded.place(*said.cue) if said.cue else None,
                source_kind(folded.folded, said.speaker) if said.speaker else "",
            )
        )
    return found


class _Reader:
    """Goes through a folded text sentence by sentence, and remembers who spoke last."""

    def __init__(self, text: str):
        self.text = text
        self.quoted = quoted_stretches(text)
        self.quote_starts = [quote.start for quote in self.quoted]
        self.last: _Speaker | None = None
        self.carried: _Speaker | None = None
        self.spoke_before = False

    def read(self) -> Iterator[_Said]:
        for start, end in self._paragraphs():
            # «وأضاف» may begin the next paragraph; every other verb needs its speaker in its own.
            self.carried, self.last = self.last if self.spoke_before else None, None
            for sentence in self._sentences(start, end):
                said = list(_Sentence(self, *sentence).read())
                yield from said
                self.spoke_before = bool(said)
                self.carried = None

    def _paragraphs(self) -> Iterator[tuple[int, int]]:
        breaks = (match.start() for match in re.finditer("\n", self.text))
        breaks = [place for place in breaks if not self.quote_around(place)]
        for before, end in pairwise([-1, *breaks, len(self.text)]):
            if end > before + 1:
                yield before + 1, end

    def _sentences(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        for match in _SENTENCE_END.finditer(self.text, start, end):
            if not self.quote_around(match.start()):
                yield start, match.end()
                start = match.end()
        if start < end:
            yield start, end

    def quote_around(self, place: int) -> Quoted | None:
        number = bisect_right(self.quote_starts, place) - 1
        return self.quoted[number] if number >= 0 and place < self.quoted[number].end else None


class _Sentence:
    """One sentence, START to END of the text of READER."""

    def __init__(self, reader: _Reader, start: int, end: int):
        self.reader = reader
        self.text = reader.text
        self.start, self.end = start, end
        first, last = bisect_left(reader.quote_starts, start), bisect_left(reader.quote_starts, end)
        self.quotes = reader.quoted[first:last]
        self.verbs = list(self._find_verbs())
        self.speaker: _Speaker | None = None
        self.speaker_told = start

    def read(self) -> list[_Said]:
        said: list[_Said] = []
        for number, verb in enumerate(self.verbs):
            if said and verb.start < said[-1].end:
                continue
            if found := self._read_verb(verb, self.verbs[number + 1 :]):
                said.append(found)
        said += self._quotes_without(said)
        if not said and (attribution := attribution_in(self.text, self.start, self.end)):
            start, end, speaker, cue = attribution
            said.append(_Said(start, end, REPORTED, speaker, cue))
            self.reader.last = _Speaker(speaker, "")
        return said

    def _find_verbs(self) -> Iterator[_Verb]:
        for word in WORD.finditer(self.text, self.start, self.end):
            found = cue_of(word[0])
            if found and not self._is_quoted(word.start()):
                cue, letters = found
                verb = _Verb(cue, word.start() + letters, word.end(), bool(letters))
                if self._says(verb):
                    yield verb

    def _says(self, verb: _Verb) -> bool:
        """Does VERB tell that something was said, and not that it was not?"""
        before = _WORD_BEFORE.search(self.text, max(self.start, verb.start - MAX_WORD_CHARS), verb.start)
        if (before and before[1] in _NEGATIONS) or OF_GOD.match(self.text, verb.end):
            return False
        is_other = self.text[verb.start : verb.end] in RATHER_OTHERS and not verb.joined
        return not is_other or self.text.startswith(" ان", verb.end)

    def _read_verb(self, verb: _Verb, later: Sequence[_Verb]) -> _Said | None:
        # A weaker verb inside may belong to the speaker: «قال ديبلوماسي تابع المداولات إن».
        limit = next(
            (one.start - one.joined for one in later if one.cue.strong or self._begins_clause(one)), self.end
        )
        that = that_behind(self.text, verb.cue, verb.end, limit)
        if that and self._is_quoted(that.start()):
            that = None
        quote = self._quote_behind(verb, that.end() if that else verb.end, limit, exact=bool(that))
        words_end = that.start() if that else quote.start - 1 if quote else limit
        speaker = self._speaker_of(verb, words_end, is_said=bool(that or quote))
        if not that and not quote:
            return None
        self._remember(speaker, verb)
        words = speaker.words if speaker else None
        cue = Stretch(verb.start, verb.end)
        if quote:
            return _Said(quote.start, quote.end, DIRECT, words, cue)
        return _Said(that.start(), self._end_of_clause(that.end(), later), REPORTED, words, cue)

    def _is_quoted(self, place: int) -> bool:
        return self.reader.quote_around(place) is not None

    # Whose words they are

    def _speaker_of(self, verb: _Verb, words_end: int, *, is_said: bool) -> _Speaker | None:
        cue = verb.cue
        relative = _RELATIVE.search(self.text, max(self.start, verb.start - MAX_WORD_CHARS), verb.start)
        explicit = None if cue.participle or relative else self._explicit(verb, words_end)
        if explicit and not is_said and self._is_quoted(explicit.start):
            # Too short a quotation, and nobody's name: «فقال لهم «فهمتكم»».
            explicit = None
        if explicit:
            speaker = _Speaker(explicit, cue.agrees)
            if cue.strong:
                self._remember(speaker, verb)
            return speaker
        if relative:
            return _Speaker(None, cue.agrees)
        if self.speaker:
            if _CONTRAST.search(self.text, self.speaker_told, verb.start):
                return _Speaker(None, cue.agrees)
            return self.speaker if cue.participle or _agree(cue, self.speaker) else _Speaker(None, cue.agrees)
        if subject := subject_before(self.text, self.start, verb.start):
            self._remember(_Speaker(subject, cue.agrees), verb)
            return self.speaker
        before = self.reader.carried if cue.adds and self.reader.last is None else self.reader.last
        return before if before and _agree(cue, before) else _Speaker(None, cue.agrees)

    def _remember(self, speaker: _Speaker | None, verb: _Verb) -> None:
        self.reader.last = self.speaker = speaker
        self.speaker_told = verb.start

    def _explicit(self, verb: _Verb, words_end: int) -> Stretch | None:
        if not verb.cue.relays:
            return speaker_behind(self.text, verb.end, words_end)
        source = re.compile("(?<![ء-ي])عن ").search(self.text, verb.end, words_end)
        return speaker_behind(self.text, source.end(), words_end) if source else None

    # How far they go

    def _quote_behind(self, verb: _Verb, start: int, limit: int, *, exact: bool) -> Quoted | None:
        """The direct quotation that VERB introduces; with «أن» before it (EXACT), only one that follows at once."""
        for quote in self.quotes:
            if not start <= quote.start <= limit:
                continue
            words = self._count(quote)
            before = self.text[start : quote.start]
            ends = bool(_CLAUSE_END.match(self.text, quote.end))
            if exact:
                at_once = _OPENING_MARK.fullmatch(before)
                return quote if at_once and words >= FEWEST_WORDS_BEHIND_VERB and ends else None
            if _COLON.search(before) and words >= FEWEST_WORDS_BEHIND_COLON + (not verb.cue.strong):
                return quote
            if words >= (FEWEST_WORDS_BEHIND_VERB if ends else FEWEST_WORDS_INSIDE_CLAUSE):
                return quote
        return None

    def _count(self, quote: Quoted) -> int:
        return len(WORD.findall(self.text, quote.start, quote.end))

    def _end_of_clause(self, start: int, later: Sequence[_Verb]) -> int:
        end = self.end
        for verb in later:
            if verb.start > start and self._begins_clause(verb):
                before = _WAS.search(self.text, max(start, verb.start - MAX_WORD_CHARS), verb.start)
                end = before.start() if before else verb.start - verb.joined
                break
        quote = next((quote for quote in self.quotes if start < quote.start < end), None)
        # «إنه باع في ظهر واحد ما كان يبيعه في شهرين: «جاء من يطلب…»»: the speaker's own words begin anew.
        anew = quote and _COLON.search(self.text[start : quote.start])
        if anew and self._count(quote) >= FEWEST_WORDS_BEHIND_VERB:
            end = quote.start - 1
        clause = self.text[start:end].rstrip(" .،,؛;:!\n\t")
        if clause.endswith(("»", "”", '"')) and not any(start <= quote.start < end for quote in self.quotes):
            clause = clause[:-1].rstrip(" .،")
        return start + len(clause)

    def _begins_clause(self, verb: _Verb) -> bool:
        before = self.text[max(self.start, verb.start - MAX_WORD_CHARS) : verb.start]
        if verb.joined or before.rstrip().endswith(("،", ",")) or _WAS.search(before):
            return True
        return verb.cue.participle and that_behind(self.text, verb.cue, verb.end, self.end) is not None

    # Quotations that no verb before them introduces

    def _quotes_without(self, said: list[_Said]) -> Iterator[_Said]:
        for quote in self.quotes:
            if any(quote.start < other.end and other.start < quote.end for other in said):
                continue
            words = self._count(quote)
            if found := self._verb_behind(quote, words):
                yield found
            elif _COLON.search(self.text, max(self.start, quote.start - 4), quote.start):
                if words >= (FEWEST_WORDS_BEHIND_VERB if self.speaker else FEWEST_WORDS_WITHOUT_VERB):
                    yield self._said_by(quote, self.speaker)
            elif self._is_all(quote):
                known = self.reader.last if self.reader.spoke_before else None
                if words >= (FEWEST_WORDS_WITHOUT_VERB if known else FEWEST_WORDS_ALONE):
                    yield self._said_by(quote, known)

    def _verb_behind(self, quote: Quoted, words: int) -> _Said | None:
        """«…»، يقول فلان."""
        before = self.text[self.start : quote.start].rstrip(' «“”"')
        if before and before[-1] not in "،,.:":
            return None
        for verb in self.verbs:
            if verb.start < quote.end or verb.cue.participle or verb.joined:
                continue
            if not _ONLY_MARKS.fullmatch(self.text[quote.end : verb.start]) or words < FEWEST_WORDS_BEFORE_VERB:
                return None
            explicit = speaker_behind(self.text, verb.end, self.end)
            return _Said(quote.start, quote.end, DIRECT, explicit, Stretch(verb.start, verb.end))
        return None

    def _said_by(self, quote: Quoted, speaker: _Speaker | None) -> _Said:
        self.reader.last = speaker
        return _Said(quote.start, quote.end, DIRECT, speaker.words if speaker else None, None)

    def _is_all(self, quote: Quoted) -> bool:
        around = self.text[self.start : quote.start] + self.text[quote.end : self.end]
        return bool(_ONLY_MARKS.fullmatch(around))


def _agree(cue: Cue, speaker: _Speaker) -> bool:
    """May the subject of CUE be SPEAKER? Men may be many behind a verb in the singular: «قال مسؤولون… وأضافوا»."""
    return cue.agrees in {speaker.agrees, ""} or speaker.agrees == "" or (speaker.agrees, cue.agrees) == ("m", "p")
