"""Pages that are none of an article: front pages, errors, logins, menus alone."""

import re

from archive.ingest.addresses import is_one_page
from archive.ingest.records import Note, UnreadableInputError
from archive.ingest.web.place import MIN_SURE_CHARS
from archive.ingest.web.reading import Reading
from archive.ingest.web.tree import text_of
from archive.ingest.web.zones import is_prose
from archive.text.normalize import words

FRONT_HEADLINES = 8
MIN_ARABIC_SHARE = 0.2
SHORT_TEXT_CHARS = 400
_NOT_FOUND = re.compile(
    r"^(?:(?:خطا )?404(?: .*)?|(?:.* )?(?:الصفحه|المقال|الخبر|الرابط|المحتوي)(?: \S+){0,4} (?:غير موجود|غير موجوده|غير متوفره?|غير متاحه?|لم يعد متاحا?|لم تعد متاحه|لم يتم العثور)(?: .*)?"
    r"|(?:عذرا )?(?:لم يتم العثور|لم نعثر)(?: .*)?|(?:page |file |error 404 )?not found(?: .*)?|(?:.* )?page not found(?: .*)?)$"
)
_LOGIN = re.compile(r"^(?:تسجيل (?:ال)?دخول|دخول الاعضاء|سجل دخولك|log ?in|sign ?in)(?: .*)?$")
_ARABIC_LETTER = re.compile("[ء-يﭐ-ﻼ]")
_LETTER = re.compile(r"[^\W\d_]")


def refuse_no_article(reading: Reading, *, chosen: bool) -> None:
    """Raise UnreadableInputError when the page is none of an article; one CHOSEN is not refused for its language."""
    kept = reading.kept()
    chars = sum(block.own_chars for block in kept)
    title = words(reading.page.title)
    if chars < SHORT_TEXT_CHARS * 2:
        heads = [title, *(words(block.text) for block in reading.blocks[:80] if block.tag in {"h2", "h3"})]
        heads += [words(text_of(one)) for one in reading.root.iter("title")]
        if any(_NOT_FOUND.match(one) for one in heads):
            raise UnreadableInputError(Note("page_not_found"))
        has_password = any((one.get("type") or "").lower() == "password" for one in reading.root.iter("input"))
        if has_password and (any(_LOGIN.match(one) for one in heads) or chars < MIN_SURE_CHARS):
            raise UnreadableInputError(Note("page_login"))
    if _is_front(reading, chars):
        raise UnreadableInputError(Note("page_front"))
    if not any(words(block.text) for block in kept) and not (kept and reading.page.title):
        if words(reading.metadata.body):
            return
        repeated = any(line.code == "repeated" for line in reading.lines)
        reason = "only_furniture" if repeated else "no_body" if reading.page.title else "no_title_no_body"
        raise UnreadableInputError(Note(reason))
    text = " ".join(block.text for block in kept)
    if not chosen and len(_ARABIC_LETTER.findall(text)) < max(len(_LETTER.findall(text)) * MIN_ARABIC_SHARE, 1):
        raise UnreadableInputError(Note("not_arabic"))


def _is_front(reading: Reading, chars: int) -> bool:
    """A page of many headlines that lead elsewhere, and little text of one article."""
    if reading.metadata.is_front and not is_one_page(reading.address) and reading.address:
        return True
    headlines = {
        block.links[0][0]
        for block in reading.blocks
        if block.is_link and len(block.text.split()) >= 4 and not block.zones
    }
    teasers = sum(
        1
        for place in range(reading.start, reading.end)
        if is_prose(reading.blocks[place]) and reading.place.is_below_link(place)
    )
    if reading.metadata.is_article and (reading.metadata.published or chars >= SHORT_TEXT_CHARS) and teasers < 3:
        return False
    paragraphs = max(len([block for block in reading.kept() if is_prose(block)]), 1)
    many = len(headlines) >= FRONT_HEADLINES
    if many and teasers >= 3 and teasers * 2 >= paragraphs:
        return True
    return many and chars < SHORT_TEXT_CHARS * 2 and not reading.metadata.published and reading.title_place < 0
