import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from archive.models import WhatsAppEvent

pytestmark = pytest.mark.django_db
CHANNELS = reverse("admin:archive_deliverychannel_changelist")


@pytest.fixture
def editor(client, django_user_model):
    user = django_user_model.objects.create_user("editor", is_staff=True)
    user.groups.add(Group.objects.get(name="editors"))
    client.force_login(user)
    return user


def test_what_was_not_understood_is_shown_and_numbers_only_to_who_may_see_them(client, editor):
    event = WhatsAppEvent.objects.create(body=b'{"from": "9613123456"}', digest="a", problem="unknown: flows")
    WhatsAppEvent.objects.create(body=b"{}", digest="b")
    listed = client.get(reverse("admin:archive_whatsappevent_changelist"), {"problem": "yes"}).content.decode()
    assert "unknown: flows" in listed
    address = reverse("admin:archive_whatsappevent_change", args=[event.pk])
    assert "9613123456" not in client.get(address).content.decode()
    editor.user_permissions.add(Permission.objects.get(codename="view_addresses"))
    assert "9613123456" in client.get(address).content.decode()


def test_editors_see_which_channels_are_not_set_up(client, editor, settings):
    page = client.get(CHANNELS).content.decode()
    assert "docs/whatsapp.md" in page
    assert "docs/push.md" in page
    settings.WHATSAPP_TOKEN = settings.WHATSAPP_PHONE_ID = "1"
    assert "docs/whatsapp.md" not in client.get(CHANNELS).content.decode()
