"""Two editors in one article's pictures, links, names and corrections: none is written over unseen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.models import ArticleLink, Correction, Image, Mention
from tests.archive.admin.test_article import change
from tests.archive.admin.test_article_conflicts import errors, opened
from tests.factories import ArticleFactory, MentionFactory


@pytest.fixture
def article(article_data):
    data = article_data()
    return ArticleFactory(
        section_id=data["section"], source_id=data["source"], summary="", collected_at="2020-01-01T10:00Z"
    )


@pytest.fixture
def sent(article, article_data):
    """A function: what a browser sends of the form that CLIENT opens now, with ROWS of the table PREFIX in it."""

    def form_of(client, prefix: str, *rows: dict) -> dict:
        data = opened(client, article, article_data) | {"status": "published"}
        return data | seen(client.get(change(article))) | boxes(prefix, article, rows)

    return form_of


def seen(response) -> dict:
    """What the form of RESPONSE holds of how its rows stand."""
    tables = [table.formset for table in response.context["inline_admin_formsets"]]
    return {f"{table.prefix}-SEEN": table.management_form["SEEN"].value() for table in tables}


def boxes(prefix: str, article, rows) -> dict:
    found = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": str(len(rows))}
    owner = "from_article" if prefix == "links" else "article"
    for number, row in enumerate(rows):
        found |= {f"{prefix}-{number}-{name}": value for name, value in ({owner: article.pk} | row).items()}
    return found


def table_of(response, prefix: str):
    [table] = [one.formset for one in response.context["inline_admin_formsets"] if one.formset.prefix == prefix]
    return table


def picture(image: Image, **changes) -> dict:
    names = ("url", "alternative_text", "caption", "credit", "position")
    return {"id": image.pk} | {name: getattr(image, name) for name in names} | changes


@pytest.fixture
def image(article):
    return Image.objects.create(
        article=article, url="https://example.org/a.jpg", alternative_text="رصيف", caption="تعليق أول"
    )


def test_what_only_the_first_changed_in_a_row_stays_and_is_shown(editor, chief, article, image, sent):
    first, second = (sent(client, "images", picture(image)) for client in (editor, chief))
    editor.post(change(article), first | {"images-0-caption": "تعليق المحرر"})
    response = chief.post(change(article), second | {"title": "عنوان الرئيسة", "images-0-credit": "وكالة"})
    [row] = table_of(response, "images").forms
    assert (list(errors(response)), row.errors) == (["__all__"], {})
    assert (row["caption"].value(), row["credit"].value()) == ("تعليق المحرر", "وكالة")

    again = second | seen(response) | {"version": response.context["adminform"].form["version"].value()}
    again |= {f"images-0-{name}": row[name].value() for name in ("caption", "credit")}
    assert chief.post(change(article), again).status_code == 302
    image.refresh_from_db()
    assert (image.caption, image.credit) == ("تعليق المحرر", "وكالة")


def test_where_both_changed_the_same_the_second_is_told_and_decides(editor, article, image, sent):
    data = sent(editor, "images", picture(image, caption="تعليق المحرر"))
    Image.objects.update(caption="تعليق غيره", alternative_text="رصيف الميناء")
    response = editor.post(change(article), data)
    [row] = table_of(response, "images").forms
    assert row.errors == {"caption": ["كتب غيرك هنا: «تعليق غيره»"]}
    assert (row["caption"].value(), row["alternative_text"].value()) == ("تعليق المحرر", "رصيف الميناء")

    editor.post(change(article), data | seen(response) | {"images-0-alternative_text": "رصيف الميناء"})
    image.refresh_from_db()
    assert (image.caption, image.alternative_text) == ("تعليق المحرر", "رصيف الميناء")


def test_a_name_decided_meanwhile_stays_decided(editor, chief, article, sent):
    mention = MentionFactory(article=article, start=0, end=3)
    data = sent(chief, "mentions", {"id": mention.pk, "confirmed": "unknown"})
    decided = {"mention": mention.pk, "decision": "refuse"}
    editor.post(reverse("admin:archive_article_mention", args=[article.pk]), decided)

    assert chief.post(change(article), data).status_code == 302
    assert Mention.objects.get().confirmed is False


def test_of_two_decisions_about_a_name_the_other_is_told_in_words(editor, article, sent):
    mention = MentionFactory(article=article, start=0, end=3)
    data = sent(editor, "mentions", {"id": mention.pk, "confirmed": "true"})
    Mention.objects.update(confirmed=False)
    [row] = table_of(editor.post(change(article), data), "mentions").forms

    assert row.errors == {"confirmed": ["كتب غيرك هنا: «مرفوض»"]}


@pytest.fixture
def correction(article):
    return Correction.objects.create(article=article, text="رست السفينة.", made_at="2020-01-02T07:00:42Z")


def notice(correction: Correction) -> dict:
    return {"id": correction.pk, "text": correction.text, "made_at_0": "2020-01-02", "made_at_1": "09:00"}


def test_a_correction_is_not_written_over_unseen(editor, article, correction, sent):
    data = sent(editor, "corrections", notice(correction) | {"made_at_1": "10:00"})
    Correction.objects.update(text="رست السفينة مساءً.")
    assert editor.post(change(article), data).status_code == 302
    correction.refresh_from_db()

    assert (correction.text, timezone.localtime(correction.made_at).hour) == ("رست السفينة مساءً.", 10)


def test_a_correction_that_another_deleted_and_nobody_touched_stays_deleted(editor, article, correction, sent):
    data = sent(editor, "corrections", notice(correction))
    correction.delete()

    assert editor.post(change(article), data).status_code == 302
    assert not Correction.objects.exists()


def test_a_correction_that_another_changed_is_not_deleted_unseen(editor, article, correction, sent):
    data, deleting = sent(editor, "corrections", notice(correction)), {"corrections-0-DELETE": "on"}
    Correction.objects.update(text="رست السفينة مساءً.")
    response = editor.post(change(article), data | deleting)
    [form] = table_of(response, "corrections").forms
    assert form.non_field_errors() == ["غيّر غيرك هذا منذ فتحت الاستمارة: قرّر من جديد أيُحذف."]
    assert (form["text"].value(), form["DELETE"].value()) == ("رست السفينة مساءً.", False)

    again = data | seen(response) | {"corrections-0-text": "رست السفينة مساءً."} | deleting
    editor.post(change(article), again)
    assert not Correction.objects.exists()


@pytest.fixture
def links(article):
    return [
        ArticleLink.objects.create(from_article=article, title=f"رابط {number}", position=number) for number in (1, 2)
    ]


def link(row: ArticleLink, **changes) -> dict:
    return {"id": row.pk, "kind": row.kind, "title": row.title, "url": "", "position": row.position} | changes


def test_a_row_that_another_deleted_stays_deleted_and_the_others_are_saved(editor, article, links, sent):
    first, second = links
    data = sent(editor, "links", link(first), link(second, title="رابط المحرر"))
    first.delete()

    assert editor.post(change(article), data).status_code == 302
    assert list(ArticleLink.objects.values_list("pk", "title")) == [(second.pk, "رابط المحرر")]


def test_what_was_written_in_a_row_that_another_deleted_is_shown(editor, article, links, sent):
    first, second = links
    data = sent(editor, "links", link(first, title="رابط المحرر"), link(second))
    first.delete()
    response = editor.post(change(article), data)
    table = table_of(response, "links")

    assert table.non_form_errors() == ["حذف غيرك صفًّا غيّرتَه. لم يعد موجودًا، وهذا ما كتبتَه فيه: «رابط المحرر»"]
    assert [form.instance.pk for form in table.forms] == [second.pk]
    [shown] = [one for one in response.context["inline_admin_formsets"] if one.formset is table]
    assert shown.is_collapsible is False


def test_what_the_box_holds_that_is_none_of_ours_changes_nothing(editor, article, image, sent):
    for box in ("", "[]", "{", '{"1": 2}', f'{{"{image.pk}": {{"position": "x", "none": 1}}}}'):
        data = sent(editor, "images", picture(image, caption=box or "فارغ"))
        assert editor.post(change(article), data | {"images-SEEN": box}).status_code == 302
        assert Image.objects.get().caption == (box or "فارغ")
