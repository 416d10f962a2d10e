from archive.ingest.identity import likeness, record_digest, record_key
from tests.archive.ingest.pages import PARAGRAPHS, page, read_lines, read_page_text


def test_known_by_identity_then_address_then_title():
    [by_id, by_url, by_title, front_page] = read_lines(
        {"id": 7, "title": "عنوان", "url": "http://a.example/x"},
        {"title": "عنوان", "url": "http://a.example/x"},
        {"title": "عُنوان!"},
        {"title": "عنوان", "url": "http://a.example/"},
    )
    assert (record_key(by_id), record_key(by_url)) == ("7", "http://a.example/x")
    assert record_key(by_title) == record_key(front_page)
    assert record_key(by_title).startswith("title:")


def test_long_identities_fit():
    [record] = read_lines({"title": "عنوان", "url": "http://a.example/" + "خ" * 900})
    assert len(record_key(record)) <= 200


def test_furniture_is_no_part_of_the_digest():
    first, second = read_page_text(page()), read_page_text("الرئيسية\n\n" + page() + "\n\nشارك الخبر")
    other = read_page_text(page(paragraphs=PARAGRAPHS[:2]))
    assert record_digest(first) == record_digest(second)
    assert record_digest(first) != record_digest(other)


def test_likeness():
    text = " ".join(PARAGRAPHS)
    assert likeness(text, text) == 1
    assert likeness(text, text.replace("ألف", "ألفي").replace("تجار", "التجار")) > 0.7
    assert likeness(text, "نص آخر لا يشبه الأول في شيء على الإطلاق من أوله إلى آخره") == 0
    assert likeness(text, "") == 1
