import pytest
from django.urls import reverse

from archive.models import ArticleLink, RefusedLink
from tests.archive.affairs import affairs

pytestmark = pytest.mark.django_db


@pytest.fixture
def ferry():
    return affairs()["ferry"]


def change(client, article_data, article, **changes):
    data = article_data(
        title=article.title,
        body=article.body,
        source=article.source_id,
        section="",
        status="published",
        published_at_0="2018-03-05",
        published_at_1="08:30",
    )
    return client.post(reverse("admin:archive_article_change", args=[article.pk]), data | changes)


def shown(client, article) -> str:
    return client.get(reverse("admin:archive_article_change", args=[article.pk])).content.decode()


def test_the_form_shows_what_was_computed_with_its_reason(editor, ferry):
    content = shown(editor, ferry[0])
    assert f'name="related-{ferry[1].pk}"' in content
    assert "أرواد" in content


def test_an_editor_pins_one_and_refuses_another(editor, article_data, ferry, client):
    first, second, third = ferry
    response = change(
        editor,
        article_data,
        first,
        **{f"related-{second.pk}": "never", f"related-{third.pk}": "pin", "related-x": "pin"},
    )
    assert response.status_code == 302
    link = first.links.get()
    assert (link.to_article, link.kind, link.origin) == (third, ArticleLink.Kind.RELATED, ArticleLink.Origin.EDITOR)
    refused = RefusedLink.objects.get()
    assert (refused.article, refused.other, refused.refused_by.username) == (first, second, "editor")
    related = client.get(first.get_absolute_url()).context["related"]
    assert related[0] == third
    assert second not in related
    # Decided, they are not asked about again.
    assert f'name="related-{second.pk}"' not in shown(editor, first)


def test_a_new_article_has_none_to_decide_about(editor):
    content = editor.get(reverse("admin:archive_article_add")).content.decode()
    assert 'name="related-' not in content
    assert "أخبار ذات صلة عُثر عليها" not in content


def test_what_was_not_decided_is_no_change(editor, article_data, ferry):
    change(editor, article_data, ferry[0], **{f"related-{ferry[1].pk}": ""})
    assert not RefusedLink.objects.exists()
    assert not ArticleLink.objects.exists()
