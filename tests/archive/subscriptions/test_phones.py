import pytest

from archive.subscriptions.phones import COUNTRIES, dialling_code, phone_key, read_phone


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("03 123 456", "LB", "+9613123456"),
        ("٠٣ ١٢٣٤٥٦", "LB", "+9613123456"),
        ("۰۳-۱۲۳۴۵۶", "LB", "+9613123456"),
        ("+961 3 123 456", "EG", "+9613123456"),
        ("٠٠٩٦١٣١٢٣٤٥٦", "SY", "+9613123456"),
        ("\u200f(+961) 3/123456", "LB", "+9613123456"),
        ("+44 7700 900123", "LB", None),
        ("+44 7911 123456", "LB", "+447911123456"),
        ("12", "LB", None),
        ("اتصل بي", "LB", None),
        ("+999 123456", "LB", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, country, number):
    assert read_phone(text, country) == number


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("+9613123456", "9613123456"),
        ("5215512345678", "525512345678"),
        ("+525512345678", "525512345678"),
        ("556198765432", "5561998765432"),
        ("+5561998765432", "5561998765432"),
        ("556134567890", "556134567890"),
    ],
)
def test_a_number_is_known_again_however_whatsapp_writes_it(written, key):
    assert phone_key(written) == key


def test_every_country_to_choose_has_a_code():
    assert all(dialling_code(country) for country in COUNTRIES)
