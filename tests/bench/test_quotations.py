from bench.quotations import labelled, measure

TEXT = "قال لافروف إن الأمر قريب. وأضاف أن الوفد سيصل."


def rows(*labels: tuple[str, str | None]) -> list[dict]:
    return [
        {"text": TEXT, "start": TEXT.index(words), "end": TEXT.index(words) + len(words), "speaker": speaker}
        for words, speaker in labels
    ]


def test_what_is_right_missed_and_wrong_is_counted():
    score = measure(labelled(rows(("إن الأمر قريب", "لافروف"), ("الأمر", None))))
    assert (score.labelled, score.found, score.right, score.exact) == (2, 2, 1, 1)
    assert (score.speakers_labelled, score.speakers_told, score.speakers_right) == (1, 1, 1)


def test_half_of_the_shorter_is_enough():
    score = measure(labelled(rows(("الأمر قريب", "سيرغي لافروف"), ("أن الوفد سيصل", None))))
    assert (score.right, score.exact, score.speakers_right) == (2, 1, 1)


def test_a_text_without_any_has_none():
    score = measure(labelled([{"text": "نص بلا كلام"}]))
    assert (score.labelled, score.found) == (0, 0)
