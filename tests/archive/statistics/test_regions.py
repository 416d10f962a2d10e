import pytest

from archive.statistics.regions import counted_in, countries, find_country
from archive.text.sounds import is_latin


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


CODES = """
AF AL DZ AD AO AG AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW BR BN BG BF MM BI CV KH CM CA CF TD CL CN
CO KM CG CD CR CI HR CU CY CZ DK DJ DM DO EC EG SV GQ ER EE SZ ET FJ FI FR GA GM GE DE GH GR GL GD GT GN GW GY
HT VA HN HU IS IN ID IR IQ IE IL IT JM JP JO KZ KE XK KW KG LA LV LB LS LR LY LI LT LU MG MW MY MV ML MT MR MU
MX MD MC MN ME MA MZ NA NP NL NZ NI NE NG MK NO OM PK PA PG PY PE PH PL PT QA RO RU RW KN LC VC SM ST SA SN RS
SC SL SG SK SI SO ZA KR SS ES LK SD SR SE CH SY TW TJ TZ TH TL TG TT TN TR US UG UA AE GB UY UZ VE VN PS EH YE
ZM ZW
"""
"""The countries and territories of the tables that were kept of the pandemic, by their codes in CLDR: 187."""

OTHERWISE = {
    "AG": "Antigua and Barbuda", "BA": "Bosnia and Herzegovina", "CD": "Congo (Kinshasa)", "CG": "Congo (Brazzaville)",
    "CI": "Cote d'Ivoire", "CV": "Cabo Verde", "KN": "Saint Kitts and Nevis", "LC": "Saint Lucia", "MM": "Burma",
    "PS": "West Bank and Gaza", "ST": "Sao Tome and Principe", "TR": "Turkey", "TT": "Trinidad and Tobago",
    "TW": "Taiwan*", "US": "US", "VA": "Holy See", "VC": "Saint Vincent and the Grenadines",
}  # fmt: skip
"""Those that such tables do not call as CLDR does."""


def names_in_tables() -> dict[str, str]:
    return {code: OTHERWISE.get(code, countries()[code].name_latin) for code in CODES.split()}


def test_every_country_of_the_pandemic_s_tables_has_its_arabic_name():
    names = names_in_tables()
    assert len(names) == 187
    found = {code: find_country(name) for code, name in names.items()}
    assert [code for code, country in found.items() if country is None or country.code != code] == []
    assert [country.name for country in found.values() if is_latin(country.name)] == []
    assert [code for code, country in found.items() if find_country(country.name) != country] == []
    assert len({country.name for country in found.values()}) == 187
