"""The desk of quotations: confirmed, refused, and their speakers mended."""

import pytest

from archive.models import Quotation
from tests.factories import EntityFactory, QuotationFactory

pytestmark = pytest.mark.django_db

CHANGELIST = "/admin/archive/quotation/"


@pytest.mark.parametrize(("action", "confirmed"), [("confirm", True), ("refuse", False)])
def test_an_editor_decides_about_many_at_once(editor, action, confirmed):
    chosen, other = QuotationFactory(), QuotationFactory()
    response = editor.post(CHANGELIST, {"action": action, "_selected_action": [chosen.pk]}, follow=True)
    assert response.status_code == 200
    decided = dict(Quotation.objects.values_list("pk", "confirmed"))
    assert decided == {chosen.pk: confirmed, other.pk: None}


def test_a_speaker_who_is_mended_stays(editor):
    quotation, speaker = QuotationFactory(), EntityFactory()
    address = f"{CHANGELIST}{quotation.pk}/change/"
    assert editor.get(address).status_code == 200
    editor.post(address, {"speaker": speaker.pk, "confirmed": "unknown"})
    quotation.refresh_from_db()
    assert (quotation.speaker, quotation.confirmed) == (speaker, True)


def test_words_are_looked_for_in_any_form(editor):
    QuotationFactory(text="إن الأبواب مفتوحة")
    QuotationFactory(text="إن الهدنة صامدة")
    page = editor.get(CHANGELIST, {"q": "ابواب"}).content.decode()
    assert "الأبواب" in page
    assert "الهدنة" not in page


def test_none_is_made_by_hand(editor):
    assert editor.get(f"{CHANGELIST}add/").status_code == 403


@pytest.mark.parametrize("query", ["?decided=no", "?decided=refused", "?known=yes", "?known=words", "?known=no"])
def test_filters_answer(editor, query):
    QuotationFactory()
    assert editor.get(CHANGELIST + query).status_code == 200
