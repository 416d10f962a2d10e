import xml.etree.ElementTree as ElementTree

from archive.text.xml import xml_text


def test_what_is_left_is_well_formed():
    every_character = "".join(map(chr, range(0x10000)))
    kept = xml_text(every_character).replace("&", "").replace("<", "")
    assert ElementTree.fromstring(f"<a>{kept}</a>").text is not None


def test_ordinary_text_stays():
    text = "محادثات «جنيف»\n\tGeneva 🕊 ﷺ"
    assert xml_text(text) == text
