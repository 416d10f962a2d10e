"""Learning which words begin with a letter that only looks like a prefix (وزير, بنك, فريق), from a corpus."""

import re
from collections.abc import Mapping

from archive.text.normalize import words

RARE_ARTICLE = 1 / 50
"""Of a noun's occurrences, a larger part has the article."""

_SINGLE_PREFIX = re.compile("^[وفبل][ء-ي]{3}")


def learn_kept_words(frequencies: Mapping[str, float], *, minimum: float) -> set[str]:
    """Return the words that keep their first letter, folded, by the FREQUENCIES of words in some corpus.

    A word's letter is its own when the article is attested before it (الوزير) at least MINIMUM often, and more often
    than before what would be left without the letter (الزير). It is not when the article is so rare before it that it
    must be a mistake, and what would be left is commoner (وأكد: و before a verb).
    """
    counts: dict[str, float] = {}
    for word, count in frequencies.items():
        for folded in words(word).split():
            counts[folded] = counts.get(folded, 0) + count
    return {
        word
        for word, count in counts.items()
        if _SINGLE_PREFIX.match(word)
        and (attested := counts.get(f"ال{word}", 0)) >= minimum
        and attested > counts.get(f"ال{word[1:]}", 0)
        and not (attested < count * RARE_ARTICLE and counts.get(word[1:], 0) > count)
    }
