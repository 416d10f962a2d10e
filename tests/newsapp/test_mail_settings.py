"""What the environment must say before mail goes to readers."""

import pytest

from tests.newsapp.test_staff_settings import run

BACKEND = "from newsapp import settings; print(settings.EMAIL_BACKEND)"
SMTP = {"EMAIL_URL": "smtp://mail.example.org:25"}


@pytest.mark.parametrize("variables", [SMTP, {"EMAIL_BACKEND": "anymail.backends.mailgun.EmailBackend"}])
def test_mail_with_links_to_nowhere_is_refused(tmp_path, variables):
    answer = run(BACKEND, tmp_path, **variables)
    assert answer.returncode == 1
    assert "Mail to readers needs SITE_URL" in answer.stderr


@pytest.mark.parametrize(
    "variables",
    [{"SITE_URL": "https://news.example.org"}, {"ALLOWED_HOSTS": "news.example.org"}, {"SUBSCRIPTIONS": "false"}],
)
def test_mail_with_links_that_lead_here_is_patient_smtp(tmp_path, variables):
    answer = run(BACKEND, tmp_path, **SMTP, **variables)
    assert answer.stdout.strip() == "archive.subscriptions.channels.smtp.EmailBackend"


def test_a_trial_needs_nothing(tmp_path):
    assert run(BACKEND, tmp_path).stdout.strip() == "django.core.mail.backends.filebased.EmailBackend"
