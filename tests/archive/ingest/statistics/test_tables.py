"""Tables of figures in their shapes, and what is wrong with some of them."""

from datetime import date

import pytest

from archive.ingest.statistics.mapping import FiguresError, read_mapping
from archive.ingest.statistics.tables import ReadTable, read_table

LONG = """date,country,confirmed,deaths,new_cases,who_region
2020-05-01,Lebanon,729,24,4,Eastern
2020-05-02,Lebanon,733,,4,Eastern
2020-05-01,سوريا,43,3,0,Eastern
"""
WIDE = """Province/State,Country/Region,Lat,Long,5/1/20,5/2/20,5/3/20
,Lebanon,33.8,35.8,729,,737
"""


def read(text: str, mapping: str = "") -> ReadTable:
    return read_table(text.encode(), read_mapping(mapping))


def found(table: ReadTable) -> dict:
    """The figures by measure, region and the day of May."""
    return {
        (key.measure, key.region, key.date.day): None if value is None else int(value)
        for key, value in table.figures.items()
    }


def codes(table: ReadTable) -> list[tuple[int, str]]:
    return [(problem.line, problem.note.code) for problem in table.problems]


def test_columns_are_measures_by_their_names_and_empty_cells_are_not_reported():
    table = read(LONG)
    assert found(table) == {
        ("confirmed", "Lebanon", 1): 729,
        ("deaths", "Lebanon", 1): 24,
        ("confirmed", "Lebanon", 2): 733,
        ("deaths", "Lebanon", 2): None,
        ("confirmed", "سوريا", 1): 43,
        ("deaths", "سوريا", 1): 3,
    }
    assert table.problems == []
    # The steps of a total are worked out of it.
    assert table.ignored == ["new_cases", "who_region"]


def test_a_semicolon_a_tab_and_arabic_names_are_read_too():
    table = read("التاريخ;البلد;الوفيات\n٢٠٢٠-٠٥-٠١;لبنان;٢٤\n")
    assert found(table) == {("deaths", "لبنان", 1): 24}
    assert found(read("date\tcountry\tnew cases\n2020-05-01\tLebanon\t7\n")) == {("new_cases", "Lebanon", 1): 7}


def test_days_may_be_columns():
    assert found(read(WIDE, 'measure = "confirmed"')) == {
        ("confirmed", "Lebanon", 1): 729,
        ("confirmed", "Lebanon", 2): None,
        ("confirmed", "Lebanon", 3): 737,
    }
    with pytest.raises(FiguresError) as refused:
        read(WIDE)
    assert refused.value.note.code == "figures_which_measure"


def test_parts_of_a_country_add_up():
    parts = "Alberta,Canada,1,2,10,,1\nOntario,Canada,3,4,5,,\n"
    table = read(WIDE + parts, 'measure = "confirmed"')
    assert [found(table)["confirmed", "Canada", day] for day in (1, 2, 3)] == [15, None, 1]


def test_a_row_may_be_a_figure():
    text = "date,code,measure,value\n2020-05-01,LB,confirmed,729\n2020-05-01,LB,الوفيات,24\n2020-05-01,LB,moons,1\n"
    table = read(text)
    assert found(table) == {("confirmed", "LB", 1): 729, ("deaths", "LB", 1): 24}
    assert codes(table) == [(4, "figure_no_measure")]


def test_bad_rows_and_cells_are_named_and_the_rest_is_read():
    table = read(
        "date,country,confirmed\n2020-05-01,Lebanon,many\nsoon,Lebanon,1\n2020-05-02,,2\n2020-05-03,Lebanon\n"
        "2020-05-04,Lebanon,5\n2020-05-04,Lebanon,6\n"
    )
    assert codes(table) == [
        (2, "figure_no_number"), (3, "figure_no_date"), (4, "figure_no_region"), (7, "figure_twice"),
    ]  # fmt: skip
    assert found(table) == {("confirmed", "Lebanon", 3): None, ("confirmed", "Lebanon", 4): 6}


def test_a_zero_that_nothing_but_silence_explains_is_none():
    table = read(
        "date,country,confirmed,recovered\n2020-05-01,Serbia,99,0\n2020-05-02,Serbia,21520,0\n2020-05-03,Serbia,21530,200\n"
    )
    recovered = [found(table)["recovered", "Serbia", day] for day in (1, 2, 3)]
    assert (recovered, table.zeros) == ([0, None, 200], 1)


def test_who_never_counts_has_no_zero_at_all():
    """Neither before there were so many cases that a zero says so, nor of another measure."""
    table = read(
        "date,country,confirmed,deaths,recovered\n2020-05-01,Sweden,0,0,0\n2020-05-02,Sweden,99,0,0\n"
        "2020-05-03,Sweden,21520,0,0\n2020-05-03,Fiji,18,0,0\n"
    )
    assert [found(table)["recovered", "Sweden", day] for day in (1, 2, 3)] == [None] * 3
    assert found(table)["deaths", "Sweden", 3] == 0
    assert found(table)["recovered", "Fiji", 3] == 0
    assert table.zeros == 3


def test_a_mapping_says_what_columns_hold():
    table = read(
        "when,where,full\n01.05.2020,Beirut,58.5\n02.05.2020,Beirut,0\n",
        """
        date = "when"
        region = "where"
        date_format = "%d.%m.%Y"
        [measures.filling]
        column = "full"
        name = "امتلاء السدود"
        unit = "٪"
        kind = "level"
        zero_unreported = true
        """,
    )
    assert [str(value) for value in table.figures.values()] == ["58.5000", "None"]
    assert table.measures["filling"].texts == {"name": "امتلاء السدود", "unit": "٪", "kind": "level"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_empty"),
        ("title,body\nخبر,نص\n", "figures_no_region"),
        ("country,confirmed\nLebanon,1\n", "figures_no_date"),
        ("date,country,moons\n2020-05-01,Lebanon,1\n", "figures_no_measure"),
        ("date,country,confirmed\n1/2/20,Lebanon,1\n", "figures_dates_ambiguous"),
    ],
)
def test_what_is_no_table_of_figures_says_why(text, code):
    with pytest.raises(FiguresError) as refused:
        read(text)
    assert refused.value.note.code == code


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(FiguresError) as refused:
        read_table(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0" * 9, read_mapping(""))
    assert refused.value.note.code == "not_text"


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("date = ", "figures_mapping_no_toml"),
        ('dates = "x"', "figures_mapping_unknown"),
        ("date = 3", "figures_mapping_unknown"),
        ('measures = "confirmed"', "figures_mapping_unknown"),
        ('[measures.x]\nkind = "sum"', "figures_mapping_kind"),
        ("[measures.x.zero_unreported_where]\nconfirmed = true\ny = []", "figures_mapping_unknown"),
        ('date = "when"', "figures_no_column"),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(mapping, code):
    with pytest.raises(FiguresError) as refused:
        read(LONG, mapping)
    assert refused.value.note.code == code


def test_days_of_a_wide_table_are_read_month_first_where_they_follow_each_other_so():
    header = ",".join(f"{month}/1/20" for month in (1, 2, 3))
    table = read(f"country,{header}\nLebanon,1,2,3\n", 'measure = "confirmed"\ndate_format = "%m/%d/%y"')
    assert [key.date for key in table.figures] == [date(2020, month, 1) for month in (1, 2, 3)]
