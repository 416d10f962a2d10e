"""`reset_second_factor`: let somebody in who has lost their phone and their recovery codes."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.management.command import ArchiveCommand
from archive.staff import second_factor
from archive.staff.sessions import end_sessions


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Takes the second factor of an account away and ends its sessions, for the administrator who has lost their "
        "phone and their recovery codes. Others are helped in the admin. The audit log keeps it."
    )

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="NAME", help=_("the account’s name"))

    def handle(self, *, username, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(_("There is no account of this name: %(name)s") % {"name": username})
        if not second_factor.remove(user):
            raise CommandError(_("This account has no second factor."))
        end_sessions(user)
        self.stdout.write(_("The second factor was removed."))
