from archive.text.opening import opening


def test_short_first_paragraph_is_whole():
    assert opening("\nرست السفينة.\nوقال المدير.") == "رست السفينة."


def test_long_paragraph_is_cut_between_words():
    assert opening("رست السفينة، في الميناء", max_chars=14) == "رست السفينة…"


def test_one_endless_word_is_cut():
    assert opening("م" * 20, max_chars=5) == "ممممم…"


def test_nothing_gives_nothing():
    assert opening(" \n ") == ""
