import re

import pytest
from django.conf import settings

from archive import preferences
from archive.preferences import Digits, Hijri, Months, Preferences, TextSize, Theme


def test_reader_without_a_cookie_has_the_defaults_and_an_empty_key():
    assert Preferences.of_reader({}) == Preferences()
    assert Preferences().key == ""


def test_cookie_gives_back_what_was_chosen():
    chosen = Preferences(theme=Theme.DARK, text_size=TextSize.LARGER, digits=Digits.WESTERN, hijri=Hijri.ON)
    assert chosen.key == "theme:dark.text_size:larger.digits:western.hijri:on"
    assert Preferences.of_reader({"prefs": chosen.key}) == chosen


@pytest.mark.parametrize(
    ("cookie", "key"),
    [
        ("digits:western.theme:dark", "theme:dark.digits:western"),
        ("theme:auto.months:levantine-egyptian", ""),
        ("theme:pink.months:maghrebi.font:comic.hijri", "months:maghrebi"),
        ("theme:dark:light", ""),
        ("theme:light.theme:dark", "theme:dark"),
        ("....::::", ""),
        ("x:" + "y" * 400 + ".theme:dark", ""),
    ],
)
def test_one_set_of_choices_has_one_key_whatever_the_cookie_says(cookie, key):
    assert Preferences.of_reader({"prefs": cookie}).key == key


def test_former_cookie_of_the_theme_counts_until_there_is_another():
    assert Preferences.of_reader({"theme": "dark"}).key == "theme:dark"
    assert Preferences.of_reader({"theme": "dark", "prefs": "hijri:on"}).key == "hijri:on"
    assert Preferences.of_reader({"theme": "pink"}).key == ""


def test_only_what_is_given_and_known_is_changed():
    before = Preferences(theme=Theme.DARK, months=Months.EGYPTIAN)
    assert before.changed({"months": "maghrebi", "digits": "", "text_size": "huge", "key": "x"}) == Preferences(
        theme=Theme.DARK, months=Months.MAGHREBI
    )


def test_settings_are_active_within_and_not_after():
    with preferences.override(Preferences(theme=Theme.DARK)):
        with preferences.override(Preferences()):
            assert preferences.active() == Preferences()
        assert preferences.active().theme is Theme.DARK
    assert preferences.active() == Preferences()


def test_styles_know_every_look_and_high_contrast_is_one_whoever_asks_for_it():
    css = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    chosen, asked = (
        re.search(rf"{re.escape(start)} {{([^}}]*)}}", css)[1].split()
        for start in ('[data-contrast="more"]', "@media (prefers-contrast: more) {\n    :root")
    )
    assert chosen == asked
    looks = {(name, look) for name, look in re.findall(r'\[data-([\w-]+)="(\w+)"\] \{', css) if name != "contrast"}
    assert looks == {
        *(("theme", theme) for theme in Theme if theme is not Theme.AUTO),
        *(("text-size", size) for size in TextSize if size is not TextSize.USUAL),
    }
