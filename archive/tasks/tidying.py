"""What goes when it is old."""

from django.utils import timezone
from procrastinate.contrib.django import app

from archive import websub
from archive.ingest import uploads
from archive.models import NameChange
from archive.newsroom import fruitless, presence
from archive.readership import forget_old
from archive.stories.changing import renew_nameless
from archive.subscriptions import enrolment, saved_searches
from archive.subscriptions.channels import whatsapp_inbox
from archive.tasks.subscriptions import request_recompiling


@app.periodic(cron="17 3 * * *")
@app.task(name="tidy", queueing_lock="tidy")
def tidy(timestamp: int) -> None:
    """Each night: what was sent and never imported goes, as do old counts; what is made by names is made anew."""
    uploads.remove_old()
    forget_old(timezone.localdate())
    websub.forget_old(at=timezone.now())
    enrolment.forget_old(at=timezone.now())
    whatsapp_inbox.forget_old(at=timezone.now())
    saved_searches.forget_unused()
    request_recompiling()
    NameChange.forget_old()
    fruitless.forget_old(timezone.localdate())
    presence.forget_old(timezone.now())
    renew_nameless()
