"""What is asked of passwords, and what happens when one is changed."""

from django.contrib.auth import password_validation
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.models import AuditEntry
from archive.staff import audit
from archive.staff.sessions import end_sessions
from archive.text.dates import format_number


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's own, which would say the length in Western digits."""

    def get_error_message(self) -> str:
        return self._in_digits_of_the_language(super().get_error_message())

    def get_help_text(self) -> str:
        return self._in_digits_of_the_language(super().get_help_text())

    def _in_digits_of_the_language(self, sentence: str) -> str:
        return sentence.replace(str(self.min_length), format_number(self.min_length, get_language()))


class NewPasswordValidator:
    """A new password is another than the present one, and ends the sessions that were opened with that."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if user and user.pk and user.check_password(password):
            raise ValidationError(_("This is the present password: choose another."), code="password_unchanged")

    def get_help_text(self) -> str:
        return _("Your password can’t be the present one.")

    def password_changed(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Called by Django whenever a password was set, in the admin or by a command.

        The session in which its owner sets it goes on: Django gives that a new key after this.
        """
        audit.record(AuditEntry.Action.PASSWORD_CHANGED, thing=user)
        end_sessions(user)
