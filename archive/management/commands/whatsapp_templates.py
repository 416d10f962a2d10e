"""`manage.py whatsapp_templates`: the templates that Meta is to approve, printed or submitted."""

import json

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.exceptions import DeliveryError
from archive.management.command import ArchiveCommand
from archive.subscriptions.channels.cloud_api import CloudApi, CloudApiError
from archive.subscriptions.channels.whatsapp_templates import TEMPLATES, submission


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Prints the templates for WhatsApp as Meta takes them, in the languages of the settings; or submits them."
    )

    def add_arguments(self, parser):
        parser.add_argument("--submit", action="store_true", help=_("submit them to the account of the settings"))

    def handle(self, *args, submit, **options):
        wanted = [submission(kind, language) for kind in TEMPLATES for language in settings.WHATSAPP_LANGUAGES]
        if not submit:
            self.stdout.write(json.dumps(wanted, ensure_ascii=False, indent=2))
            return
        if not settings.WHATSAPP_ACCOUNT_ID or not settings.WHATSAPP_TOKEN:
            raise CommandError(_("Set WHATSAPP_TOKEN and WHATSAPP_ACCOUNT_ID first (docs/whatsapp.md)."))
        with CloudApi() as api:
            failed = [one["name"] for one in wanted if not self._submit(api, one)]
        if failed:
            raise CommandError(_("Not submitted: %(names)s") % {"names": ", ".join(failed)})

    def _submit(self, api: CloudApi, template: dict) -> bool:
        try:
            answer = api.post(f"{settings.WHATSAPP_ACCOUNT_ID}/message_templates", template)
        except (CloudApiError, DeliveryError) as problem:
            self.stderr.write(f"{template['name']} ({template['language']}): {problem}")
            return False
        self.stdout.write(f"{template['name']} ({template['language']}): {answer.get('status', '')}")
        return True
