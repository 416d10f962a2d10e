"""`personal_data`: tell what is kept of a person, write it down for them, or forget it."""

import json
import os
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive import personal_data
from archive.exceptions import PersonalDataError
from archive.management.command import ArchiveCommand, unwritable
from archive.models import AuditEntry
from archive.staff import audit


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Finds what is kept of a person by their address of mail, their number, or the name of their account: of a "
        "reader the subscriptions, of staff the account. Writes it to a file, or erases it. Of staff the audit log "
        "keeps what they did, and articles keep their authors."
    )

    def add_arguments(self, parser):
        parser.add_argument("who", metavar="ADDRESS", help=_("an address of mail, a telephone number or a name"))
        parser.add_argument("--export", metavar="FILE", type=Path, help=_("writes all of it to a new file, as JSON"))
        parser.add_argument("--erase", action="store_true", help=_("forgets it for good; after writing the file"))

    def handle(self, *, who, export, erase, **options):
        person = personal_data.find(who)
        if not person:
            raise CommandError(_("Nothing is kept of this address or name."))
        if export:
            self._export(person, export)
        self._say(person)
        if erase:
            self._erase(person)

    def _export(self, person: personal_data.Person, path: Path) -> None:
        content = json.dumps(personal_data.export(person), ensure_ascii=False, indent=2)
        try:
            # For whoever asks for it alone, and over no file that is there.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(content + "\n")
        except OSError as problem:
            raise unwritable(path, problem) from problem
        audit.record(AuditEntry.Action.EXPORTED, details={"what": "personal_data"})

    def _say(self, person: personal_data.Person) -> None:
        for subscriber in person.subscribers:
            count = subscriber.subscriptions.count()
            sentence = ngettext("%(who)s: %(count)d subscription", "%(who)s: %(count)d subscriptions", count)
            self.stdout.write(sentence % {"who": subscriber, "count": count})
        for user in person.accounts:
            self.stdout.write(_("Account %(number)d: %(name)s") % {"number": user.pk, "name": user.get_username()})

    def _erase(self, person: personal_data.Person) -> None:
        try:
            personal_data.erase(person)
        except PersonalDataError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(_("It was erased. Backups that were made before still hold it."))
        if person.accounts:
            self.stdout.write(_("The audit log keeps what was done under these accounts."))
