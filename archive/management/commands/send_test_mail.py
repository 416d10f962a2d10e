"""`send_test_mail`: try the mail server of the settings with one message."""

from email.headerregistry import Address

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.management.command import ArchiveCommand
from archive.models import SiteSettings
from archive.subscriptions.channels.email import FILES
from archive.text.opening import one_line


class Command(ArchiveCommand):
    help = gettext_lazy("Tries the mail server of the settings (EMAIL_URL) with a message, and says what came of it.")

    def add_arguments(self, parser):
        parser.add_argument("address", metavar="ADDRESS", help=_("to whom"))

    def handle(self, *, address, verbosity, **options):
        name = SiteSettings.current().name
        sender = str(Address(one_line(name), addr_spec=settings.NEWSLETTER_FROM))
        mail = EmailMessage(
            _("A test of the mail server"),
            _("If you can read this, mail of the archive arrives."),
            from_email=sender,
            to=[address],
            headers={"Auto-Submitted": "auto-generated"},
        )
        try:
            get_connection(fail_silently=False).send_messages([mail])
        except Exception as problem:  # Whatever it is: to say what it is is what this command is for.
            raise CommandError(_("The message was not sent: %(problem)s") % {"problem": problem}) from problem
        if verbosity:
            self.stdout.write(_sent())


def _sent() -> str:
    if settings.EMAIL_BACKEND == FILES:
        said = {"folder": settings.EMAIL_FILE_PATH}
        return _("EMAIL_URL names no mail server, so the message is in a file in %(folder)s.") % said
    return _("The message was sent.")
