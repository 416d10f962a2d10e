import pytest

from archive.ingest.names import FIELDS, Field, FieldNames, MappingError, UnreadNames, read_mapping


def found(values, mapping=None) -> dict:
    fields, _ = FieldNames(mapping).find(values)
    return {name: field.value for name, field in fields.items() if field.value is not None}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("العنوان", "title"),
        ("Headline", "title"),
        ("نصّ الخبر", "body"),
        ("تاريخ النشر", "published"),
        ("Published At", "published"),
        ("datePublished", "published"),
        ("الرابط", "url"),
        ("المصدر", "source"),
        ("القسم", "section"),
        ("الكاتب", "author"),
        ("collected-at", "collected"),
        ("العنوان الرئيسي", "title"),
        ("نص الخبر", "body"),
        ("رابط الخبر", "url"),
        ("Titre", "title"),
        ("Date de publication", "published"),
        ("Catégorie", "section"),
        ("likes", ""),
    ],
)
def test_names_are_known_in_english_and_arabic_however_written(name, field):
    assert FieldNames().knows(name) == field


def test_the_first_name_with_a_value_is_taken_and_the_others_are_named():
    fields, unread = FieldNames().find({"text": "نص", "body": "", "content": "آخر", "views": "٣ قراءات"})
    assert (fields["body"], unread) == (Field("content", "آخر"), ["views", "text"])


def test_a_mapping_gives_names_that_lead_into_objects_too():
    values = {"title": "قسم", "h": {"main": "عنوان"}, "t1": "", "t2": "نص"}
    mapping = {"title": ("h.main",), "section": ("title",), "body": ("t1", "t2")}
    assert found(values, mapping) == {"title": "عنوان", "section": "قسم", "body": "نص"}


@pytest.mark.parametrize(
    ("name", "content"),
    [("map.toml", 'title = "Überschrift"\nbody = ["Text"]'), ("map", '{"title": "Überschrift", "body": ["Text"]}')],
)
def test_a_mapping_file_is_toml_or_json(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    fields, _ = FieldNames(read_mapping(path)).find({"Überschrift": "عنوان", "Text": "نص", "body": "غيره"})
    assert (fields["title"].value, fields["body"].value) == ("عنوان", "نص")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("title: x", "mapping_invalid"),
        ("[" * 100_000, "mapping_invalid"),
        ('titel = "x"', "mapping_field_unknown"),
        ("title = 3", "mapping_names_odd"),
        ("title = []", "mapping_names_odd"),
    ],
)
def test_a_mapping_of_no_use_says_why(tmp_path, content, code):
    (tmp_path / "map").write_text(content)
    with pytest.raises(MappingError) as caught:
        read_mapping(tmp_path / "map")
    assert caught.value.code == code


def test_unread_names_are_kept_once_and_not_without_end():
    unread = UnreadNames()
    unread.add(iter(["a", " ", "b", "a", *map(str, range(1000))]))
    assert list(unread)[:3] == ["a", "b", "0"]
    assert len(list(unread)) < len(FIELDS) * 3
