"""`verify_audit_log`: is the audit log as it was written?"""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.management.command import ArchiveCommand
from archive.staff.audit import verify


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Looks through the audit log for entries that were changed, added or cut out since they were sealed, and "
        "tells its last seal. Whoever notes that elsewhere can later tell that nothing was cut off at the end."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--expect",
            default="",
            metavar="SEAL",
            help=_("a last seal noted earlier, which must still be in the log"),
        )

    def handle(self, *, expect, **options):
        verdict = verify(expect)
        if verdict.broken_at is not None:
            told = {"number": verdict.broken_at, "sealed": verdict.sealed}
            raise CommandError(
                _("The log was tampered with: entry %(number)d is not as it was sealed. %(sealed)d before it are.")
                % told
            )
        if not verdict.holds_expected:
            raise CommandError(_("The log was cut off: the seal that was noted is not in it."))
        told = {"sealed": verdict.sealed, "unsealed": verdict.unsealed}
        self.stdout.write(_("As it was written: %(sealed)d entries; not sealed yet: %(unsealed)d.") % told)
        self.stdout.write(_("The last seal: %(seal)s") % {"seal": verdict.head or "—"})
