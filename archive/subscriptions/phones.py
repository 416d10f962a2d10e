"""Numbers of telephones: read as people write them, in any digits, and kept as E.164."""

import phonenumbers

COUNTRIES = (
    *("LB", "SY", "PS", "JO", "IQ", "EG", "SA", "YE", "OM", "AE", "QA", "BH", "KW"),
    *("SD", "LY", "TN", "DZ", "MA", "MR", "SO", "DJ", "KM"),
)
"""The countries whose numbers may be written as they are at home; all others begin with +."""


def read_phone(text: str, country: str) -> str | None:
    """Return the number that TEXT is in COUNTRY, as E.164; None where no telephone can have it."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def dialling_code(country: str) -> int:
    return phonenumbers.country_code_for_region(country)


def phone_key(number: str) -> str:
    """Return NUMBER, of E.164 or as WhatsApp writes it, as it is compared.

    WhatsApp keeps two numbers as they were once: those of Mexico with a 1 after the code of the country, and those of
    Brazil without the 9 that mobile telephones have since.
    """
    digits = "".join(filter(str.isdigit, number))
    if digits.startswith("521") and len(digits) == 13:
        return "52" + digits[3:]
    if digits.startswith("55") and len(digits) == 12 and digits[4] in "6789":
        return f"{digits[:4]}9{digits[4:]}"
    return digits
