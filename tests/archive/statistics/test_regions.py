import pytest

from archive.statistics.regions import counted_in, countries, find_country


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Lebanon", "LB"),
        ("لبنان", "LB"),
        ("lb", "LB"),
        ("LBN", "LB"),
        ("سورية", "SY"),
        ("US", "US"),
        ("Taiwan*", "TW"),
        ("Korea, South", "KR"),
        ("Congo (Kinshasa)", "CD"),
        ("Congo (Brazzaville)", "CG"),
        ("Cote d'Ivoire", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("West Bank and Gaza", "PS"),
        ("Bosnia and Herzegovina", "BA"),
        ("St. Lucia", "LC"),
        ("Gambia, The", "GM"),
        ("Diamond Princess", None),
        ("World", None),
        ("", None),
    ],
)
def test_a_country_is_found_by_the_names_that_tables_give_it(name, code):
    found = find_country(name)
    assert (found and found.code) == code


def test_names_are_those_of_newspapers_and_inhabitants_are_dated():
    palestine = countries()["PS"]
    assert (palestine.name, palestine.name_latin, palestine.code_of_three) == ("فلسطين", "Palestine", "PSE")
    assert palestine.inhabitants > 5_000_000
    assert counted_in() == 2024
