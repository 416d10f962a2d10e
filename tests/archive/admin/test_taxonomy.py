import pytest
from django.urls import reverse

from archive.models import Author, Section
from tests.factories import SectionFactory, SourceFactory


@pytest.mark.parametrize("name", ["سليم خليل", " سليم خليل "])
def test_a_second_author_of_one_name_is_refused_in_an_editors_words(editor, name):
    author = Author.objects.create(name="سليم خليل")
    page = editor.post(reverse("admin:archive_author_add"), {"name": name, "name_latin": ""}).content.decode()

    assert "في الأرشيف كاتب بهذا الاسم." in page
    assert "author_name_unique" not in page
    data = {"name": name, "name_latin": "Salim Khalil"}
    assert editor.post(reverse("admin:archive_author_change", args=[author.pk]), data).status_code == 302


@pytest.mark.parametrize("kind", ["section", "source"])
def test_signs_alone_make_no_address(editor, kind):
    add = reverse(f"admin:archive_{kind}_add")
    data = {"name": "؟!", "position": "0"}
    refusals = [editor.post(add, data | {"slug": slug}).context["errors"] for slug in ("", "—")]

    assert refusals == [[["لا يُصنع رابط من علامات وحدها: اكتبه حروفًا أو أرقامًا."]]] * 2
    assert editor.post(add, data | {"slug": "تساؤلات"}).status_code == 302


@pytest.mark.parametrize(("kind", "factory"), [("section", SectionFactory), ("source", SourceFactory)])
def test_an_address_that_was_not_typed_is_not_to_blame(editor, kind, factory):
    factory(name="شؤون عربية", slug="شؤون-عربية")
    add = reverse(f"admin:archive_{kind}_add")
    refusals = [
        editor.post(add, {"position": "0"} | names).context["adminform"].form.errors
        for names in ({"name": "شؤونٌ عربيّة"}, {"name": "أخرى", "slug": "شؤون عربية"})
    ]

    assert refusals == [
        {"name": ["هذا الاسم، أو اسم يُصنع منه الرابط نفسه، موجود من قبل."]},
        {"slug": ["هذه القيمة مستعملة من قبل: العنوان في الرابط."]},
    ]


def test_sections_are_reordered_whatever_their_address(editor):
    section = SectionFactory(slug="-")
    management = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "_save": "1"}
    row = {"form-0-id": section.pk, "form-0-position": "7"}

    assert editor.post(reverse("admin:archive_section_changelist"), management | row).status_code == 302
    assert Section.objects.get().position == 7


@pytest.mark.parametrize(
    ("zone", "refusals"),
    [
        (
            "Mars/Base",
            [
                "لا توجد منطقة زمنية بهذا الاسم: اكتبه كما في \u2066Asia/Riyadh\u2069 أو \u2066Africa/Cairo\u2069 أو \u2066UTC\u2069."
            ],
        ),
        ("Asia/Riyadh", None),
        ("", None),
    ],
)
def test_a_source_keeps_a_time_zone_that_there_is(editor, zone, refusals):
    page = editor.post(reverse("admin:archive_source_add"), {"name": "الوادي", "time_zone": zone})

    assert (page.context["adminform"].form.errors["time_zone"] if page.context else None) == refusals
