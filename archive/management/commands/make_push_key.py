"""`manage.py make_push_key`: makes the key that notices of browsers are signed by, once."""

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.management.command import ArchiveCommand
from archive.subscriptions.channels.push_crypto import SigningKey, new_signing_key


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Makes the key that notices of browsers are signed by, beside the data; one that is there stays."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--print", action="store_true", help=_("print one for PUSH_KEY, and write nothing"), dest="print_only"
        )

    def handle(self, *args, print_only, **options):
        if print_only:
            self.stdout.write(f"PUSH_KEY={new_signing_key()}")
            return
        path = settings.PUSH_KEY_FILE
        if settings.PUSH_KEY:
            # With another, every browser that has subscribed would be lost.
            raise CommandError(_("There is a key already: browsers that subscribed are reached by no other."))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        key = new_signing_key()
        path.write_text(key)
        self.stdout.write(
            _("The key is in %(path)s. Start the site and the worker again. What browsers see of it: %(public)s")
            % {"path": path, "public": SigningKey(key).public}
        )
