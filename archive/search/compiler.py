"""From a query to conditions on search entries, through the same stems as the index.

What PostgreSQL's tsquery can say is said as one tsquery, in its own notation; only an exact spelling and words near
each other need more.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from archive.search.conditions import Condition
from archive.search.query import Field, Group, Not, Part, Phrase, Query, Restriction, Same, Word
from archive.search.restrictions import restricted
from archive.search.terms import MAX_TERM_COUNT, Forms
from archive.text.pairs import pair_number
from archive.text.tokenize import Begun, stems_begun

LONGEST_STEM_CHARS = 64
"""As much of a word as `article_entries_v3` keeps."""

TITLE = "ts_filter(entry.vector, '{a}')"

NEAR = """EXISTS (
    SELECT FROM (SELECT ts_filter(setweight(setweight(%(vector)s, 'D'), 'A', %%s::text[]), '{a}') AS words OFFSET 0)
            AS kept,
        unnest(kept.words) AS one, unnest(kept.words) AS other,
        unnest(one.positions) AS place, unnest(other.positions) AS other_place
    WHERE one.lexeme = %%s AND other.lexeme = %%s AND abs(place - other_place) BETWEEN 1 AND %%s)"""
"""Whether an entry has two words near each other: both, the one, the other, and how near."""

SPELT_IN = """EXISTS (
    SELECT FROM archive_article AS written, LATERAL (VALUES {fields}) AS field (value),
        LATERAL (SELECT ' ' || arabic_spellings_v2(field.value) || ' ' AS spelt OFFSET 0) AS folded
    WHERE written.id = entry.article_id HAVING {patterns})"""
"""Whether an entry's article is spelt as each of some regular expressions says, in one field or another.

Folding a text costs most of it: it is done once for all.
"""

PATTERN = "bool_or(spelt ~ %s)"

TITLE_FIELD = "(written.title::text)"
FIELDS = f"{TITLE_FIELD}, (written.kicker || '. ' || written.summary), (written.text)"
"""The fields of an article as `article_entries_v3` takes them apart."""


def lexeme(stem: str) -> str:
    return stem[:LONGEST_STEM_CHARS]


def every_part(query: Query) -> Condition:
    """Every wanted part and no excluded one."""
    return always(query) & _together(map(_compile, query.sought))


def any_part(query: Query) -> Condition:
    """At least one of the parts sought, whole, every restriction, and no excluded part."""
    return always(query) & (Condition.either(map(_compile, _loosened(query.sought))) if query.sought else Condition())


def some_parts(query: Query) -> Condition:
    """As `any_part`, without those that have every part."""
    return any_part(query) & ~_together(map(_compile, query.sought))


def always(query: Query) -> Condition:
    """What every result keeps to: the restrictions, and no excluded part."""
    return _together([*_restricted(query.required), *(~_compile(part) for part in query.excluded)])


def _loosened(parts: Iterable[Part]) -> Iterable[Part]:
    """PARTS, with the words of a name one by one."""
    for part in parts:
        match part:
            case Same(meant=Group(parts=words)):
                yield from (*words, *part.others)
            case _:
                yield part


def _restricted(restrictions: Sequence[Restriction]) -> Iterable[Condition]:
    """An article has one section and one source, so two of those mean either; names it may have several."""
    for field in (Field.SECTION, Field.SOURCE):
        if alternatives := [_compile(one) for one in restrictions if one.field is field]:
            yield Condition.either(alternatives)
    yield from (_compile(one) for one in restrictions if one.field not in (Field.SECTION, Field.SOURCE))


def _together(conditions: Iterable[Condition]) -> Condition:
    joined = Condition()
    for condition in conditions:
        joined &= condition
    return joined


def _compile(part: Part) -> Condition:
    match part:
        case Word(prefix=True):
            lexemes = [_stem(form) + _weight(part) for form in part.forms[:-1]]
            return _in_order([*lexemes, _begun(part)], in_title=part.in_title)
        case Word() | Phrase(within=0):
            return _together([_side_by_side(part), *_spelt(part)])
        case Phrase():
            near = (_near(left, right, part) for left, right in pairwise(part.forms))
            return _together([*near, *_spelt(part)])
        case Same():
            return Condition.either(map(_compile, (part.meant, *part.others)))
        case Not():
            return ~_compile(part.part)
        case Group(alternatives=True):
            return Condition.either(map(_compile, part.parts))
        case Group():
            return _together(map(_compile, part.parts))
        case Restriction():
            return restricted(part)


def pairs_told(part: Word | Phrase) -> tuple[int, ...]:
    """The numbers of the neighbours in PART that the index knows as pairs."""
    if isinstance(part, Phrase) and part.within:
        return ()
    numbers = (pair_number(form.stem, next_form.stem) for form, next_form in pairwise(part.forms))
    return tuple(dict.fromkeys(number for number in numbers if number is not None))


def _side_by_side(part: Word | Phrase) -> Condition:
    lexemes = [_stem(form) + _weight(part) for form in part.forms]
    return _in_order(lexemes, in_title=part.in_title, pairs=pairs_told(part))


def _in_order(lexemes: list[str], *, in_title: bool, pairs: tuple[int, ...] = ()) -> Condition:
    positional = in_title or len(lexemes) > 1
    return Condition.tsquery(f"({' <-> '.join(lexemes)})", positional=positional, pairs=pairs)


def _stem(form: Forms) -> str:
    # Stems hold word characters only, so nothing in them needs escaping.
    return f"'{lexeme(form.stem)}'"


def _begun(word: Word) -> str:
    """A word that begins as the last one of WORD does: of one that is typed beyond its stem, any form."""
    begin, whole = lexemes_begun(word.forms[-1])
    weight = _weight(word)
    lexemes = [
        *(f"'{lexeme}':*{weight.removeprefix(':')}" for lexeme in begin),
        *(f"'{one}'{weight}" for one in whole),
    ]
    return f"({' | '.join(lexemes)})"


def lexemes_begun(beginning: Forms) -> Begun:
    """What lexemes of words that begin as BEGINNING does begin with, and whole ones that it goes beyond."""
    begun = stems_begun(beginning.folded)
    return Begun(tuple(map(lexeme, begun.begin)), tuple(map(lexeme, begun.whole)))


def _weight(part: Word | Phrase) -> str:
    return ":A" if part.in_title else ""


def _near(left: Forms, right: Forms, phrase: Phrase) -> Condition:
    """Within so many words of each other, either first.

    A tsquery would need an alternative for each distance, and the index time for each. So it is asked for both words,
    and only of articles that have them the positions are compared. Unpacking those of all words would take ten times
    as long as the rest: these two are given a weight of their own, and kept by it.
    """
    stems = [lexeme(form.stem) for form in (left, right)]
    both = f"({_stem(left)}{_weight(phrase)} & {_stem(right)}{_weight(phrase)})"
    has_both = Condition.tsquery(both, positional=phrase.in_title)
    near = NEAR % {"vector": TITLE if phrase.in_title else "entry.vector"}
    return has_both & Condition.of(near, stems, *stems, phrase.within)


def _spelt(part: Word | Phrase) -> Iterable[Condition]:
    """The words of an exact PART as they were typed, and together, or in the title, as it wants them.

    The codes of an entry say how each is spelt somewhere in the article, which is read only where they do.
    """
    if not part.exact:
        return
    yield from (_spelt_somewhere(form) for form in part.forms)
    fields = TITLE_FIELD if part.in_title else FIELDS
    words = [form.typed for form in part.forms]
    patterns = []
    if isinstance(part, Phrase) and part.within:
        between = rf"([^ ]+ ){{0,{part.within - 1}}}"
        patterns = [f" ({left} {between}{right}|{right} {between}{left}) " for left, right in pairwise(words)]
    elif part.in_title or len(words) > 1:
        patterns = [f" {' '.join(words)} "]
    if patterns:
        each = " AND ".join([PATTERN] * len(patterns))
        yield Condition.of(SPELT_IN.format(fields=fields, patterns=each), *patterns)


def _spelt_somewhere(form: Forms) -> Condition:
    """The word as it was typed, among the codes of an entry: each of the numbers of occurrences they can tell."""
    return Condition.of(
        "entry.codes && ARRAY(SELECT search_term_v2('x', %s) << 3 | count FROM generate_series(0, %s) AS count)",
        form.typed,
        MAX_TERM_COUNT - 1,
    )
