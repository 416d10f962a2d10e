from archive.text.opening import one_line, opening


def test_short_first_paragraph_is_whole():
    assert opening("\nرست السفينة.\nوقال المدير.") == "رست السفينة."


def test_long_paragraph_is_cut_between_words():
    assert opening("رست السفينة، في الميناء", max_chars=14) == "رست السفينة…"


def test_one_endless_word_is_cut():
    assert opening("م" * 20, max_chars=5) == "ممممم…"


def test_nothing_gives_nothing():
    assert opening(" \n ") == ""


def test_one_line_has_no_end_of_a_line_and_no_row_of_spaces():
    assert one_line("  أ\u0085ب\r\nج \t\0 د\u2028 ") == "أ ب ج د"
