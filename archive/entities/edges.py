"""Where the names of an article begin and end."""

from collections.abc import Sequence

from archive.entities.features import Word
from archive.entities.gazetteer import after_letters, readings_of
from archive.entities.lexicon import Lexicon
from archive.entities.triggers import TITLE, trigger
from archive.models import Entity
from archive.text.tokenize import KEPT_WORDS, Token

MIN_DEFINITE_LETTERS = 6
"""What so many letters follow, from ال on, is a particle: «بالكونغرس», but «بالمر»."""


class Edges:
    """Where the names of an ARTICLE begin and end: without titles, signs and attached particles."""

    def __init__(self, article: Sequence[Sequence[Word]], lexicon: Lexicon):
        self._words = {word.word for sentence in article for word in sentence}
        self._lexicon = lexicon

    def trimmed(self, text: str, name: Sequence[Word], kind: str, *, in_list: bool) -> tuple[int, int] | None:
        """The offsets in TEXT of NAME, its words; None for no name. IN_LIST: another stands right before."""
        kept = list(name)
        while kept and not kept[-1].word[0].isalnum():
            kept.pop()
        while kept and (not kept[0].word[0].isalnum() or (len(kept) > 1 and self._is_title(kept[0].word, kind))):
            kept.pop(0)
        if not kept or (len(kept) == 1 and self._is_no_name(kept[0].word, kind)):
            return None
        letters = self._letters_before(kept[0].word, in_list=in_list)
        return after_letters(text, Token(*kept[0]), letters), kept[-1].end

    def _is_no_name(self, word: str, kind: str) -> bool:
        """Is WORD an adjective of a place? «المصري» may be a person all the same, and «تركي» is a given name."""
        if word in self._lexicon or not self._lexicon.is_nisba(word):
            return False
        return kind != Entity.Kind.PERSON or not word.startswith("ال")

    def bare(self, word: str) -> str:
        """WORD without particles."""
        letters = self._letters_before(word, in_list=False)
        return next((reading for reading, before in readings_of(word) if before == letters), word)

    def _is_title(self, word: str, kind: str) -> bool:
        # Some titles are given names too: «سلطان», «أمير».
        return (
            kind == Entity.Kind.PERSON
            and trigger(word) == TITLE
            and (word.startswith("ال") or word not in self._lexicon)
        )

    def _letters_before(self, word: str, *, in_list: bool) -> int:
        """How many letters of WORD are particles before a name: known names, the article or the spelling tell."""
        if word in self._lexicon or word in KEPT_WORDS:
            return 0
        attached = [(reading, letters) for reading, letters in readings_of(word) if letters]
        for reading, letters in attached:
            if reading in self._lexicon or reading in self._words:
                return letters
        for reading, letters in attached:
            if reading.startswith("ال") and len(reading) >= MIN_DEFINITE_LETTERS:
                return letters
        return 1 if in_list and word.startswith("و") and attached else 0
