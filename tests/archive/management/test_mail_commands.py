import io
import mailbox

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from archive.subscriptions.tokens import delivery_mark
from tests.archive.smtp import mail_server
from tests.archive.subscriptions.test_bounces import report
from tests.factories import DeliveryFactory

pytestmark = pytest.mark.django_db


def said(*arguments) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_test_mail_is_sent():
    assert "أُرسلت الرسالة." in said("send_test_mail", "operator@example.org")
    assert mail.outbox[0].to == ["operator@example.org"]


def test_without_a_server_it_says_where_the_mail_is(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = (
        "django.core.mail.backends.filebased.EmailBackend",
        str(tmp_path),
    )
    assert str(tmp_path) in said("send_test_mail", "operator@example.org")
    assert len(list(tmp_path.iterdir())) == 1


def test_what_the_server_says_against_it_is_told(settings):
    settings.EMAIL_BACKEND = "archive.subscriptions.channels.smtp.EmailBackend"
    with mail_server() as (server, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        server.answer = lambda recipient: "550 5.7.1 no relaying"
        with pytest.raises(CommandError, match="no relaying"):
            said("send_test_mail", "operator@example.org")


@pytest.mark.parametrize("form", ["file", "mbox", "maildir"])
def test_bounces_are_read_of_every_kind_of_mailbox(tmp_path, form):
    content = report(delivery_mark(delivery := DeliveryFactory(state="sent")))
    path = tmp_path / "box"
    if form == "file":
        path.write_bytes(content)
    else:
        box = {"mbox": mailbox.mbox, "maildir": mailbox.Maildir}[form](path)
        box.add(content)
        box.add(b"Subject: no report\n\nHello\n")
        box.flush()
    assert "تقارير رسائلنا: 1" in said("read_bounces", str(path))
    delivery.subscriber.refresh_from_db()
    assert delivery.subscriber.state == "suppressed"


def test_a_mailbox_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError):
        said("read_bounces", str(tmp_path / "none"))
