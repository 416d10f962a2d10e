"""Reading what a reader typed; whatever the text, it becomes a query, and what could not be used is named.

query  := (group | -item | item)*         all of them first, then any
item   := [=]word | word* | [=]"phrase" | [=]"phrase"~N | ( query ) | title:item | =title:word | field:value
group  := item (OR item)+                 OR, or, |, أو between two items; NOT, ليس before one is -
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from archive.search.periods import read_period
from archive.search.query import Field, Group, Not, Part, Phrase, Problem, Query, Restriction, Trouble, Word
from archive.search.terms import forms
from archive.text.normalize import strip_marks, words
from archive.text.stop_words import is_stop_word
from archive.text.tokenize import tokenize

MAX_QUERY_CHARS = 400
MAX_WORDS = 32
MAX_DEPTH = 8
MAX_WITHIN = 30
LONGEST_DATE_TOKENS = 7

_QUOTES = {'"': '"', "«": "»", "“": "”", "„": "“", "”": "”", "‟": "”", "״": "״"}
_ANY_QUOTE = "".join(_QUOTES) + "»"
# «» the wrong way round, as keyboards of another direction give them, open before a word only: «جنيف» و«هدنة» is two.
_REVERSED = r"(?<![^\s(|:=\-\u2212\u2013])»(?=\S)"
_PHRASES = "|".join(
    f"{opening}(?P<q{number}>[^{closing}]*){closing}"
    for number, (opening, closing) in enumerate((_QUOTES | {_REVERSED: "«"}).items())
)
_END_MARKS = "،؛؟,;?!.…"
"""What a sentence has behind a word, and no sign of the language is."""
_FIELDS = {
    "title": None, "عنوان": None, "العنوان": None,
    "section": Field.SECTION, "قسم": Field.SECTION, "القسم": Field.SECTION,
    "source": Field.SOURCE, "مصدر": Field.SOURCE, "المصدر": Field.SOURCE,
    "entity": Field.ENTITY, "كيان": Field.ENTITY, "علم": Field.ENTITY,
    "author": Field.AUTHOR, "كاتب": Field.AUTHOR, "الكاتب": Field.AUTHOR,
    "from": Field.FROM, "من": Field.FROM, "to": Field.TO, "إلى": Field.TO, "الى": Field.TO,
}  # fmt: skip
_TOKEN = re.compile(
    rf"(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<or>\|+)"
    rf"|(?P<minus>(?<![^\s(|])[-\u2212\u2013](?=\S))"
    rf"|(?P<field>(?<![^\s(|\-\u2212\u2013])=?(?ai:{'|'.join(sorted(_FIELDS, key=len, reverse=True))}):(?=[^\s:)|]))"
    rf"|(?P<phrase>=?(?:{_PHRASES})(?:~(?P<within>\d+))?)"
    rf"|(?P<word>[^\s()|{_ANY_QUOTE}]+)|(?P<stray>.)"
)
_SIGNS = re.compile(r"(~\d+$|[=*~]*)(.*?)(~\d*|[=*~]*)")
"""Signs of the language at a word's ends, where they say nothing."""

_OR_WORDS = {"OR", "أو", "او"}
_NOT_WORDS = {"NOT", "ليس"}


@dataclass
class _Token:
    kind: str
    text: str
    quoted: str = ""
    within: int = 0


@dataclass
class _Reader:
    """What is left to read, and what was met so far."""

    tokens: list[_Token]
    place: int = 0
    word_count: int = 0
    problems: list[Problem] = field(default_factory=list)

    def peek(self, ahead: int = 0) -> _Token | None:
        place = self.place + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def complain(self, trouble: Trouble, text: str = "") -> None:
        problem = Problem(trouble, text)
        if problem not in self.problems:
            self.problems.append(problem)


def parse(text: str) -> Query:
    """Return TEXT as a query; beyond MAX_QUERY_CHARS, MAX_WORDS and MAX_DEPTH it is cut, and that is said."""
    reader = _Reader([])
    text = " ".join(text.replace("\0", " ").split())
    if len(text) > MAX_QUERY_CHARS:
        head, _, _ = text[: MAX_QUERY_CHARS + 1].rpartition(" ")
        text = head or text[:MAX_QUERY_CHARS]
        reader.complain(Trouble.TOO_LONG)
    reader.tokens = list(_tokens(text, reader))
    wanted: list[Part] = []
    excluded: list[Part] = []
    common: list[Part] = []
    while reader.peek():
        if reader.peek().kind == "close":
            reader.complain(Trouble.UNCLOSED_PARENTHESIS)
            reader.place += 1
            continue
        for part in _sequence(reader, 0):
            if isinstance(part, Not):
                _add(excluded, part.part)
            elif is_plain(part) and _is_common(part):
                _add(common, part)
            else:
                _add(wanted, part)
    # A query of nothing but common words means them: «من هو».
    wanted = wanted or common
    if not wanted and not all(isinstance(part, Restriction) for part in excluded):
        reader.complain(Trouble.ONLY_EXCLUDED)
    if text and not wanted and not excluded:
        reader.complain(Trouble.NO_WORDS)
    return Query(text, tuple(wanted), tuple(excluded), tuple(reader.problems))


def is_plain(part: Part) -> bool:
    """Is PART a word that is meant in all its forms?"""
    return isinstance(part, Word) and not (part.exact or part.prefix or part.in_title)


def _add(parts: list[Part], part: Part) -> None:
    if part not in parts:
        parts.append(part)


def _is_common(word: Word) -> bool:
    return is_stop_word(word.text.strip("«»"))


def _tokens(text: str, reader: _Reader) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = (
            match.lastgroup if match.lastgroup in ("space", "open", "close", "or", "minus", "field", "word") else None
        )
        if match["phrase"] is not None:
            quoted = next(value for name, value in match.groupdict().items() if name[0] == "q" and value is not None)
            within = int(match["within"] or 0)
            if within > MAX_WITHIN:
                reader.complain(Trouble.TOO_FAR, f"~{match['within']}")
            yield _Token("phrase", match["phrase"], quoted, min(within, MAX_WITHIN))
        elif match["stray"] is not None:
            reader.complain(Trouble.UNCLOSED_QUOTE)
        elif kind == "word":
            yield _Token(kind, match[0].rstrip(_END_MARKS) or match[0])
        elif kind != "space":
            yield _Token(kind, match[0])


def _sequence(reader: _Reader, depth: int) -> list[Part]:
    """The parts up to a closing parenthesis or the end; alternatives are joined, negations wrapped."""
    parts: list[Part] = []
    joining = False
    while (token := reader.peek()) and token.kind != "close":
        if _is_or(reader, bool(parts)):
            joining = True
            reader.place += 1
            continue
        if _is_left_over(reader, bool(parts)):
            reader.complain(Trouble.UNUSED_OPERATOR, reader.peek().text)
            reader.place += 1
            continue
        negated = _is_not(reader, bool(parts))
        if negated:
            reader.place += 1
        before, problems = reader.tokens[reader.place - 1], len(reader.problems)
        items = _items(reader, depth)
        if (negated or joining) and not items and len(reader.problems) == problems:
            reader.complain(Trouble.UNUSED_OPERATOR, before.text)
        for number, part in enumerate(items):
            if negated:
                # Twice denied is said.
                part = part.part if isinstance(part, Not) else Not(f"-{part.text}", part)
            if joining and number == 0 and parts:
                parts[-1] = _either(parts[-1], part)
            else:
                parts.append(part)
        joining = False
    return _without_reversed_ends(parts, reader)


def _without_reversed_ends(parts: list[Part], reader: _Reader) -> list[Part]:
    """PARTS without the ends of periods that lie before their beginning: the page's own dates are treated so too."""
    begins = max((part.day for part in parts if _is_day(part, Field.FROM)), default=date.min)
    reversed_ends = [part for part in parts if _is_day(part, Field.TO) and part.day < begins]
    for part in reversed_ends:
        reader.complain(Trouble.REVERSED_PERIOD, part.text)
    return [part for part in parts if part not in reversed_ends]


def _is_day(part: Part, kind: Field) -> bool:
    return isinstance(part, Restriction) and part.field is kind


def _is_or(reader: _Reader, follows: bool) -> bool:
    """Is this token an operator between two parts? A sign that stands elsewhere is named and passed over."""
    token, after = reader.peek(), reader.peek(1)
    between = follows and after is not None and after.kind not in ("close", "or")
    if token.kind == "or":
        if not between:
            reader.complain(Trouble.UNUSED_OPERATOR, token.text)
            reader.place += 1
            return reader.peek() is not None and reader.peek().kind != "close" and _is_or(reader, follows)
        return True
    return between and token.kind == "word" and token.text in _OR_WORDS


def _is_not(reader: _Reader, follows: bool) -> bool:
    token, after = reader.peek(), reader.peek(1)
    if token is None or after is None or after.kind not in ("word", "phrase", "open", "field"):
        return False
    if token.kind == "minus":
        return True
    # «ليس» begins many a sentence, and denies what follows only when more than a particle does.
    return (
        token.kind == "word"
        and token.text in _NOT_WORDS
        and (token.text == "NOT" or follows)
        and not (after.kind == "word" and is_stop_word(after.text))
    )


def _is_left_over(reader: _Reader, follows: bool) -> bool:
    """Is this token an operator's word with something on one side only? «أو» may begin a headline, OR does not."""
    token, after = reader.peek(), reader.peek(1)
    if token is None or token.kind != "word" or token.text not in _OR_WORDS | _NOT_WORDS:
        return False
    is_last = after is None or after.kind in ("close", "or")
    return is_last if follows else token.text == "OR" and not is_last


def _either(left: Part, right: Part) -> Group:
    parts = left.parts if isinstance(left, Group) and left.alternatives else (left,)
    parts = (*parts, right)
    return Group(f"({' | '.join(part.text for part in parts)})", parts, alternatives=True)


def _items(reader: _Reader, depth: int) -> list[Part]:
    """The part that begins here; several for «جنيف-8», none for what holds no word or restricts the search."""
    token = reader.peek()
    if token is None or token.kind == "close":
        return []
    reader.place += 1
    match token.kind:
        case "open":
            return _parenthesis(reader, depth)
        case "field":
            return _field(reader, token, depth)
        case "phrase":
            return _phrase(reader, token)
        case "word":
            return _word(reader, token.text)
    return []


def _parenthesis(reader: _Reader, depth: int) -> list[Part]:
    if depth >= MAX_DEPTH:
        reader.complain(Trouble.TOO_DEEP)
        return []
    parts = _sequence(reader, depth + 1)
    if reader.peek() is None:
        reader.complain(Trouble.UNCLOSED_PARENTHESIS)
    else:
        reader.place += 1
    # Common words count among alternatives only: in «(في جنيف)» the place is meant.
    kept = [part for part in parts if not (isinstance(part, Word) and _is_common(part))] or parts
    if len(kept) < 2:
        return kept
    return [Group(f"({' '.join(part.text for part in kept)})", tuple(kept))]


def _field(reader: _Reader, token: _Token, depth: int) -> list[Part]:
    name = token.text.strip("=:")
    kind = _FIELDS[name.lower()]
    if token.text.startswith("="):
        _pass_on_exactness(reader, kind)
        token = replace(token, text=f"{name}:")
    if kind is None:
        problems = len(reader.problems)
        asked = [_in_title(part, name) for part in _items(reader, depth)]
        if not asked and len(reader.problems) == problems:
            reader.complain(Trouble.NO_VALUE, token.text)
        return asked
    if kind in (Field.FROM, Field.TO):
        return _date(reader, token, kind)
    value = reader.peek()
    typed = "" if value is None else value.quoted if value.kind == "phrase" else value.text.removeprefix("=")
    if value is None or value.kind not in ("word", "phrase") or not words(typed):
        reader.complain(Trouble.NO_VALUE, token.text)
        return []
    reader.place += 1
    _name_signs(reader, value)
    value_text = f"«{typed.strip()}»" if value.kind == "phrase" else typed
    return [Restriction(f"{token.text}{value_text}", kind, value=typed.strip())]


def _name_signs(reader: _Reader, value: _Token) -> None:
    """Of a field's VALUE neither spelling nor nearness can be asked."""
    if value.text.startswith("="):
        reader.complain(Trouble.UNUSED_SIGN, "=")
    if value.within:
        reader.complain(Trouble.UNUSED_SIGN, f"~{value.within}")


def _pass_on_exactness(reader: _Reader, kind: Field | None) -> None:
    """«=عنوان:كلمة» is «عنوان:=كلمة»; before anything else the sign says nothing."""
    following = reader.peek()
    if kind is None and following is not None and following.kind in ("word", "phrase"):
        following.text = f"={following.text.removeprefix('=')}"
    else:
        reader.complain(Trouble.UNUSED_SIGN, "=")


def _date(reader: _Reader, token: _Token, kind: Field) -> list[Part]:
    """A restriction by the longest date that follows: «21 كانون الأول (ديسمبر) 2017» is seven tokens."""
    following = []
    for ahead in range(LONGEST_DATE_TOKENS):
        value = reader.peek(ahead)
        brackets = ("open", "close") if following else ()
        if value is None or value.kind not in ("word", "phrase", *brackets):
            break
        following.append(value.quoted if value.kind == "phrase" else value.text)
    for count in range(len(following), 0, -1):
        typed = " ".join(following[:count]).replace("( ", "(").replace(" )", ")")
        if period := read_period(typed):
            for ahead in range(count):
                _name_signs(reader, reader.peek(ahead))
            reader.place += count
            day = period.first if kind is Field.FROM else period.last
            return [Restriction(f"{token.text}{typed}", kind, day=day, precision=period.precision)]
    if following:
        reader.complain(Trouble.BAD_DATE, f"{token.text}{following[0]}")
    return [*_word(reader, token.text), *_items(reader, MAX_DEPTH)]


def _in_title(part: Part, name: str) -> Part:
    match part:
        case Word() | Phrase():
            return replace(part, text=f"{name}:{part.text}", in_title=True)
        case Group():
            return replace(
                part, text=f"{name}:{part.text}", parts=tuple(_in_title(inner, name) for inner in part.parts)
            )
        case Not():
            inner = _in_title(part.part, name)
            return Not(f"-{inner.text}", inner)
    return part


def _phrase(reader: _Reader, token: _Token) -> list[Part]:
    terms = _terms(token.quoted)
    if not _count(reader, len(terms)):
        return []
    exact = "=" if token.text.startswith("=") else ""
    if len(terms) < 2:
        if token.within:
            reader.complain(Trouble.UNUSED_SIGN, f"~{token.within}")
        return list(map(_as_typed, terms)) if exact else terms
    # Another pair's quotation marks inside would be read as a phrase's end.
    text = " ".join(re.sub(f"[{_ANY_QUOTE}]", " ", token.quoted).split())
    within = f"~{token.within}" if token.within else ""
    words = tuple(form for term in terms for form in term.forms)
    return [Phrase(f"{exact}«{text}»{within}", words, token.within, exact=bool(exact))]


def _word(reader: _Reader, typed: str) -> list[Part]:
    exact, prefix = typed.startswith("="), typed.endswith("*")
    before, core, after = _SIGNS.fullmatch(typed.removeprefix("=").removesuffix("*")).groups()
    terms = _terms(core)
    if not _count(reader, len(terms)):
        return []
    if prefix and len(terms) < 2:
        # Of a beginning, other spellings cannot be told apart.
        before, exact = f"{'=' * exact}{before}", False
    for sign in (before, "*" if "*" in core else "", after, "*" if prefix and not terms else ""):
        if sign:
            reader.complain(Trouble.UNUSED_SIGN, sign)
    if exact and terms:
        terms[0] = _as_typed(terms[0])
    elif exact:
        reader.complain(Trouble.UNUSED_SIGN, "=")
    if prefix and terms:
        terms[-1] = replace(terms[-1], text=f"{terms[-1].text}*", prefix=True)
    return terms


def _as_typed(term: Word) -> Word:
    return replace(term, text=f"={term.text}", exact=True)


def _count(reader: _Reader, number: int) -> bool:
    """May NUMBER more words be read?"""
    reader.word_count += number
    if reader.word_count > MAX_WORDS:
        if Problem(Trouble.TOO_LONG) not in reader.problems:  # Which says that the end was left out already.
            reader.complain(Trouble.TOO_MANY_WORDS)
        return False
    return True


def _terms(typed: str) -> list[Word]:
    return [
        Word(_as_word(strip_marks(typed[start:end])), tuple(forms(typed[start:end])))
        for (start, end), _tokens in groupby(tokenize(typed), key=lambda token: (token.start, token.end))
    ]


def _as_word(text: str) -> str:
    """TEXT as it can be typed again: what would be read as an operator stands in quotation marks."""
    return f"«{text}»" if text in _OR_WORDS | _NOT_WORDS else text
