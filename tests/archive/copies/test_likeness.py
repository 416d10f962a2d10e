import pytest

from archive.copies.likeness import KEYS, MIN_WORDS, Shingled, likeness
from tests.archive.copies.texts import cut, text, vowelled, weather, with_other_lead


def like(one: str, other: str) -> float:
    shingled, others = Shingled.of(one), Shingled.of(other)
    assert likeness(shingled, others) == likeness(others, shingled)
    return likeness(shingled, others)


@pytest.mark.parametrize(
    "change",
    [
        lambda source: source,
        vowelled,
        with_other_lead,
        cut,
        lambda source: cut(source, 0.4),
        lambda source: f"{text(77, 3)}\n{source}\n{text(78, 3)}",
        lambda source: source.replace("أ", "ا").replace("ة", "ه"),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_copies_are_like(change, seed):
    assert like(text(seed), change(text(seed))) >= 0.5


def test_what_is_not_the_same_is_not_like():
    assert [like(text(seed), text(seed + 100)) for seed in range(20)] == [0] * 20


@pytest.mark.parametrize("seed", range(10))
def test_a_form_with_other_numbers_is_no_copy_and_with_the_same_ones_is(seed):
    assert like(weather(seed), weather(seed + 50)) == 0
    assert like(weather(seed), vowelled(weather(seed))) == 1


def test_one_number_that_was_put_right_makes_no_other_text():
    counted = f"{text(1)}\nوقتل في الحادث 13 شخصا وأصيب آخرون بجروح.\n{text(2)}"
    assert like(counted, counted.replace("13", "15")) > 0.9


def test_a_short_note_of_one_price_is_a_form():
    note = "سعر صرف الليرة في السوق {} بحسب ما أعلنت جمعية الصرافين التي تنشر السعر كل صباح وتدعو المواطنين إلى التقيد به وعدم الانجرار وراء الشائعات في الأسواق"
    assert like(note.format("89500"), note.format("90100")) == 0
    assert like(note.format("89500"), note.format("89500")) == 1


def test_a_year_is_the_same_with_its_letter():
    year = "بلغت الإيرادات في عام {} مستوى لم تبلغه من قبل كما جاء في تقرير الهيئة الذي صدر أمس وتناول قطاع الاتصالات وتقنية المعلومات في المملكة كلها"
    assert like(year.format("2014"), year.format("2014م")) == 1


def test_a_round_up_is_no_copy_of_each_of_its_items():
    assert like("\n".join(text(seed, 6) for seed in range(8)), text(3, 6)) == 0


def test_short_texts_have_no_copies():
    short = " ".join(text(1).split()[: MIN_WORDS - 1])
    assert (like(short, short), Shingled.of(short).keys) == (0, [])


def test_one_sentence_over_and_over_is_no_text():
    assert like("السوق مغلقة اليوم. " * 30, "السوق مغلقة اليوم. " * 40) == 0


def test_keys_are_few_and_the_same_everywhere():
    keys = Shingled.of(text(1)).keys
    assert (len(keys), keys == sorted(set(keys))) == (KEYS, True)
    # Kept in databases: another reckoning of them would find nothing there.
    assert Shingled.of("واحد اثنان ثلاثة أربعة " * 8).keys[::3] == [601756053, 3216618218]
