import pytest
from django.urls import reverse

from archive.models import SearchPin, SynonymGroup
from tests.factories import ArticleFactory, SearchPinFactory, SynonymGroupFactory

GROUPS = reverse("admin:archive_synonymgroup_changelist")
ADD_GROUP = reverse("admin:archive_synonymgroup_add")
PINS = reverse("admin:archive_searchpin_changelist")
ADD_PIN = reverse("admin:archive_searchpin_add")


def rows(prefix, *texts):
    fields = {f"{prefix}-TOTAL_FORMS": str(len(texts)), f"{prefix}-INITIAL_FORMS": "0"}
    return fields | {f"{prefix}-{number}-text": text for number, text in enumerate(texts)}


def groups():
    return {(str(group), group.state, group.origin) for group in SynonymGroup.objects.all()}


def errors(response):
    (formset,) = (inline.formset for inline in response.context["inline_admin_formsets"])
    return [
        *formset.non_form_errors(),
        *(error for form in formset for errors in form.errors.values() for error in errors),
    ]


# --- Words of the same meaning -----------------------------------------------------------------------------------


def test_an_editor_adds_a_group(editor):
    editor.post(ADD_GROUP, {"state": "confirmed", **rows("synonyms", "سد النهضة", " السد  الإثيوبي ", "")})

    assert groups() == {("سد النهضة = السد الإثيوبي", "confirmed", "editor")}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["هدنة"], "أدخل كلمتين"),
        (["هدنة", "؟!"], "لا كلمة في هذا"),
        (["هدنة", "في"], "شائعة"),
        (["هدنة", "واحد اثنان ثلاثة أربعة خمسة ستة سبعة"], "كلمات على الأكثر"),
        (["هدنة", "الهدنة"], "يجد أحدهما الآخر"),
        (["هدنة", "وقف النار"], "مجموعة أخرى"),
    ],
)
def test_what_cannot_be_a_group_is_said(editor, texts, message):
    SynonymGroupFactory(synonyms=["وقف النار", "وقف القتال"])
    SynonymGroupFactory(synonyms=["هدنة", "سكون"], state=SynonymGroup.State.REFUSED)
    response = editor.post(ADD_GROUP, {"state": "confirmed", **rows("synonyms", *texts)})

    (error,) = errors(response)
    assert message in error
    assert SynonymGroup.objects.count() == 2


def test_a_group_keeps_its_own_words(editor):
    group = SynonymGroupFactory(synonyms=["وقف النار", "وقف القتال"])
    data = {
        "state": "confirmed",
        **rows("synonyms", "وقف النار", "وقف القتال", "هدنة"),
        "synonyms-INITIAL_FORMS": "2",
    }
    for number, synonym in enumerate(group.synonyms.all()):
        data |= {f"synonyms-{number}-id": synonym.pk, f"synonyms-{number}-group": group.pk}
    editor.post(reverse("admin:archive_synonymgroup_change", args=[group.pk]), data)

    assert groups() == {("وقف النار = وقف القتال = هدنة", "confirmed", "editor")}


def test_proposals_are_confirmed_and_refused(editor):
    SynonymGroupFactory(synonyms=["وقف النار", "هدنة"])
    proposed = [
        SynonymGroupFactory(synonyms=texts, state="proposed", origin="learned", score=0.5)
        for texts in (["جسر", "جسور"], ["قصر", "قصور"], ["هدنة", "مهادنة"])
    ]
    for action, chosen in (("confirm", (proposed[0], proposed[2])), ("refuse", (proposed[1],))):
        editor.post(GROUPS, {"action": action, "_selected_action": [group.pk for group in chosen]})

    assert groups() == {
        ("وقف النار = هدنة", "confirmed", "editor"),
        ("جسر = جسور", "confirmed", "learned"),
        ("قصر = قصور", "refused", "learned"),
        ("هدنة = مهادنة", "proposed", "learned"),
    }


@pytest.mark.parametrize("text", ["النهضة", "السد الإثيوبي", "بالنهضة"])
def test_groups_are_found_by_their_words(editor, text):
    group = SynonymGroupFactory(synonyms=["سد النهضة", "السد الإثيوبي"])
    SynonymGroupFactory(synonyms=["جسر", "جسور"])

    assert list(editor.get(GROUPS, {"q": text}).context["cl"].result_list) == [group]


def test_the_list_costs_the_same_for_any_number(editor, count_queries):
    SynonymGroupFactory(synonyms=["كلمة", "لفظ"])
    few = count_queries(lambda: editor.get(GROUPS))
    for number in range(5):
        SynonymGroupFactory(synonyms=[f"كلمة{number}", f"لفظ{number}"])

    assert count_queries(lambda: editor.get(GROUPS)) == few


# --- Pinned articles ---------------------------------------------------------------------------------------------


def test_an_editor_pins_an_article(editor):
    article = ArticleFactory()
    editor.post(ADD_PIN, {"query": " الهدنة  في جنيف", "article": article.pk, "position": "2"})

    assert [(pin.query, pin.key, pin.article, pin.position) for pin in SearchPin.objects.all()] == [
        ("الهدنة في جنيف", "جنيف هدن", article, 2)
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("؟!", "لا كلمة في هذا"),
        ("«وقف النار»", "كلمات عادية"),
        ("هدنة -كرة", "كلمات عادية"),
        ("قسم:سياسة هدنة", "كلمات عادية"),
        ("والهدنة", "مثبّت"),
    ],
)
def test_what_cannot_be_pinned_is_said(editor, query, message):
    article = SearchPinFactory(query="هدنة").article
    response = editor.post(ADD_PIN, {"query": query, "article": article.pk, "position": "1"})

    (error,) = response.context["adminform"].form.errors["query"]
    assert message in error


def test_an_article_is_pinned_from_its_own_form(editor, article_data):
    pins = {"pins-TOTAL_FORMS": "2", "pins-0-query": "ميناء", "pins-0-position": "1", "pins-1-position": "1"}
    editor.post(reverse("admin:archive_article_add"), article_data(**pins, **{"pins-1-query": "رصيف"}))

    assert sorted(SearchPin.objects.values_list("key", flat=True)) == ["رصيف", "ميناء"]


def test_an_article_is_pinned_to_the_same_words_once(editor, article_data):
    pins = {"pins-TOTAL_FORMS": "2", "pins-0-query": "ميناء", "pins-0-position": "1", "pins-1-position": "1"}
    response = editor.post(reverse("admin:archive_article_add"), article_data(**pins, **{"pins-1-query": "الميناء"}))

    assert (response.status_code, SearchPin.objects.count()) == (200, 0)


def test_positions_change_in_the_list(editor):
    pin = SearchPinFactory()
    data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": pin.pk, "form-0-position": "7"}
    editor.post(PINS, data | {"_save": "1"})

    pin.refresh_from_db()
    assert pin.position == 7


def test_pins_are_found_by_their_words(editor):
    pin = SearchPinFactory(query="هدنة جنيف")
    SearchPinFactory(query="كرة القدم")

    assert list(editor.get(PINS, {"q": "الهدنه"}).context["cl"].result_list) == [pin]


@pytest.mark.parametrize("address", [GROUPS, PINS, ADD_GROUP, ADD_PIN])
def test_writers_leave_search_to_editors(writer, editor, address):
    assert (writer.get(address).status_code, editor.get(address).status_code) == (403, 200)
