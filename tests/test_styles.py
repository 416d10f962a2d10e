"""What holds for the style sheets: one file that is up to date and light, the flow's own sides, colours as tokens."""

import gzip
import re
import runpy
from pathlib import Path

import pytest

from archive.views.styleguide import tokens

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = runpy.run_path(str(ROOT / "script" / "css"))
FONTS = runpy.run_path(str(ROOT / "script" / "fonts"))["FONTS"]
SHEETS = {sheet.relative_to(SCRIPT["CSS_DIR"]).as_posix(): sheet for sheet in SCRIPT["style_sheets"]()}
COMPONENTS = [name for name in SHEETS if "/" in name]
MAX_COMPRESSED_BYTES = 30 * 1024

DECLARATION = re.compile(r"(?<![\w-])([a-z-]+)\s*:\s*([^;{}]+)[;}]")
PHYSICAL_PROPERTY = re.compile(
    r"(margin|padding|border|scroll-margin|scroll-padding|inset)-(left|right|top|bottom)|(left|right|top|bottom)"
    r"|(min-|max-)?(width|height)|border-(top|bottom)-(left|right)-radius|overflow-[xy]|float|clear|text-align"
)
# They say the direction of the flow, or what is no side of it: a border drawn within a table, the way a box scrolls.
LOGICAL_VALUES = {"start", "end", "center", "inline-start", "inline-end", "both", "none", "inherit", "justify"}
PHYSICAL_BY_NAME_ONLY = {"float", "clear", "text-align"}
SCROLLING = {"overflow-x", "overflow-y"}
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?|oklch|lab)\(")
DURATION = re.compile(r"\b(transition|animation)(-[a-z]+)?\s*:")


def rules(name: str) -> str:
    """A style sheet without its comments."""
    return SCRIPT["without_comments"](SHEETS[name].read_text(encoding="utf-8"))


def test_the_one_file_is_what_the_style_sheets_give():
    joined = SCRIPT["HEADER"] + "".join(rules(name) for name in SHEETS)
    assert SCRIPT["SITE"].read_text(encoding="utf-8") == joined, "run script/css"


def test_every_face_takes_the_letters_that_its_file_has():
    """What a range names, and the file lacks, another file would be fetched for in vain."""
    files = {name: _letters(characters) for name, (*_source, characters) in FONTS.items()}
    faces = re.findall(r"fonts/([\w-]+)\.woff2.*?unicode-range:\s*([^;]+);", rules("faces.css"), flags=re.DOTALL)
    assert {name for name, _range in faces} == set(files)
    assert [(name, lacking) for name, letters in faces if (lacking := _letters(letters) - files[name])] == []


def _letters(ranges: str) -> set[int]:
    bounds = [one.strip().removeprefix("U+").split("-") for one in ranges.split(",")]
    return {letter for first, *last in bounds for letter in range(int(first, 16), int((last or [first])[0], 16) + 1)}


def test_the_one_file_is_light():
    joined = "".join(rules(name) for name in SHEETS).encode()
    assert len(gzip.compress(joined, compresslevel=6)) < MAX_COMPRESSED_BYTES


@pytest.mark.parametrize("name", SHEETS)
def test_sides_are_those_of_the_flow(name):
    found = [
        f"{name_of}: {value}"
        for name_of, value in DECLARATION.findall(rules(name))
        if PHYSICAL_PROPERTY.fullmatch(name_of)
        if name_of not in SCROLLING
        if not (name_of in PHYSICAL_BY_NAME_ONLY and value.split()[0] in LOGICAL_VALUES)
    ]
    assert found == []


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "tokens.css"])
def test_colours_are_tokens(name):
    assert COLOUR.findall(rules(name)) == []


@pytest.mark.parametrize("name", SHEETS)
def test_what_moves_asks_first(name):
    """Movement stands in `prefers-reduced-motion: no-preference`, or its opposite takes it away."""
    sheet = rules(name)
    assert not DURATION.search(sheet) or "prefers-reduced-motion" in sheet


def test_no_one_letters_are_spaced_and_no_lines_justified():
    """Arabic letters join: spaced or stretched they fall apart."""
    sheets = "".join(map(rules, SHEETS))
    assert re.findall(r"letter-spacing|text-align:\s*justify", sheets) == []


def test_colours_can_be_told_from_what_they_stand_on():
    faint = {
        (pair.ink.name, pair.ground.name): (round(pair.light, 2), round(pair.dark, 2))
        for pair in tokens.pairs()
        if min(pair.light, pair.dark) < pair.least
    }
    assert faint == {}


def test_the_light_colours_are_the_ones_for_old_browsers():
    """A browser without light-dark() has the light ones, written a second time."""
    source = SHEETS["tokens.css"].read_text(encoding="utf-8")
    plain = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", source.split("@supports")[0]))
    for name, colour in tokens.colours().items():
        assert (name, tokens.six_digits(plain[name])) == (name, colour.light)


def test_contrast_is_that_of_wcag():
    assert round(tokens.contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(tokens.contrast("#777777", "#ffffff"), 2) == 4.48
    assert tokens.contrast("#0b5c57", "#0b5c57") == 1.0
