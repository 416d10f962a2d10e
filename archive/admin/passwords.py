"""What the admin asks of passwords."""

from django.contrib.auth import password_validation
from django.utils.translation import get_language

from archive.text.dates import format_number


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's own, which would say the length in Western digits."""

    def get_error_message(self) -> str:
        return self._in_digits_of_the_language(super().get_error_message())

    def get_help_text(self) -> str:
        return self._in_digits_of_the_language(super().get_help_text())

    def _in_digits_of_the_language(self, sentence: str) -> str:
        return sentence.replace(str(self.min_length), format_number(self.min_length, get_language()))
