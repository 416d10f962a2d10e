import re

import pytest
from django.urls import reverse

from tests.factories import AliasFactory, ArticleFactory, SectionFactory

BOX = re.compile(r"<(?:input|select|textarea)\b[^>]*>")


def boxes(page: str, prefix: str) -> list[str]:
    """The boxes that a person sees whose name begins with PREFIX."""
    return [box for box in BOX.findall(page) if f'name="{prefix}' in box and 'type="hidden"' not in box]


@pytest.mark.parametrize("part", ["aliases", "links", "mentions", "form"])
def test_every_box_of_a_table_has_a_name(editor, part):
    if part == "aliases":
        address = reverse("admin:archive_entity_change", args=[AliasFactory().entity_id])
    elif part == "form":
        SectionFactory()
        address = reverse("admin:archive_section_changelist")
    else:
        address = reverse("admin:archive_article_change", args=[ArticleFactory().pk])
    found = boxes(editor.get(address).content.decode(), f"{part}-")

    assert found
    assert [box for box in found if "aria-label=" not in box] == []


def test_the_two_boxes_of_a_moment_have_labels(editor):
    page = editor.get(reverse("admin:archive_banner_add")).content.decode()

    for box in ("id_starts_at_0", "id_starts_at_1", "id_ends_at_0", "id_ends_at_1"):
        assert f'<label for="{box}">' in page
