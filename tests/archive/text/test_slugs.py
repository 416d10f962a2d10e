import pytest
from hypothesis import given, settings

from archive.text.slugs import MAX_SLUG_CHARS, slugify
from tests.archive.text.strategies import arabic_text


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("دي ميستورا يعلن جولة تاسعة!", "دي-ميستورا-يعلن-جولة-تاسعة"),
        ("محادثات «جنيف-8» في آستانة…", "محادثات-جنيف-8-في-آستانة"),
        ("الأُمَمُ المُتَّحِدة", "الأمم-المتحدة"),
        ("Brexit: ماذا بعد؟", "brexit-ماذا-بعد"),
        ("snake_case __ title", "snake-case-title"),
        ("İstanbul", "istanbul"),
        ("؟!", "-"),
        ("../../etc", "etc"),
        ("", "-"),
    ],
)
def test_a_title_becomes_words_and_hyphens(title, slug):
    assert slugify(title) == slug


def test_a_long_slug_is_cut_at_a_words_end():
    title = " ".join(["كلمات"] * 30)

    assert slugify(title) == "-".join(["كلمات"] * 13)
    assert slugify("س" * 200) == "س" * MAX_SLUG_CHARS


@given(arabic_text())
@settings(deadline=None, max_examples=150)
def test_a_slug_is_its_own_slug_and_one_path_segment(title):
    slug = slugify(title)

    assert slugify(slug) == slug
    assert 0 < len(slug) <= MAX_SLUG_CHARS
    assert not set(slug) & set("/?#.%&'\"<> ")
