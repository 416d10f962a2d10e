import pytest

from archive.text.folded import FoldedText
from archive.text.normalize import fold


@pytest.mark.parametrize(
    ("text", "sought", "stands"),
    [
        ("قال أحمد", "احمد", "أحمد"),
        ("قَالَ أَحْمَدُ", "احمد", "أَحْمَدُ"),
        ("قــال", "قال", "قــال"),
        ("ﷲ أكبر", "اكبر", "أكبر"),
        ("في\u00a0٢١", "في 21", "في\u00a0٢١"),
    ],
)
def test_what_is_found_folded_leads_back_to_the_text(text, sought, stands):
    folded = FoldedText(text)
    start = folded.folded.index(sought)
    assert text[slice(*folded.place(start, start + len(sought)))] == stands


def test_a_text_is_folded_as_ever():
    text = "قَالَ ـ ﷺ \u200fأَحْمَدُ ٢١"
    assert FoldedText(text).folded == fold(text)
