"""Reading the pages that tests ask for."""

from collections.abc import Iterator
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib
from django.http import HttpResponse

SVG = "{http://www.w3.org/2000/svg}"
WITHOUT_TEXT = ("script", "style", "svg")
SPOKEN_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")


class Page:
    """A response as a tree of elements."""

    def __init__(self, response: HttpResponse):
        self.response = response
        self.html = response.content.decode()

    @cached_property
    def root(self) -> Element:
        return html5lib.parse(self.html, namespaceHTMLElements=False)

    def all(self, path: str) -> list[Element]:
        """The elements at PATH, in ElementTree's XPath."""
        return self.root.findall(f".//{path}")

    def one(self, path: str) -> Element:
        (element,) = self.all(path)
        return element

    def texts(self, path: str) -> list[str]:
        return [text(element) for element in self.all(path)]

    def hrefs(self, path: str = "a") -> list[str]:
        return [element.get("href") for element in self.all(path)]

    @property
    def main(self) -> Element:
        return self.one("main")


def text(element: Element) -> str:
    """The words of ELEMENT, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def with_class(root: Element, name: str) -> list[Element]:
    return [element for element in root.iter() if name in (element.get("class") or "").split()]


def spoken(element: Element, language: str) -> Iterator[tuple[str, str]]:
    """Each piece of text under ELEMENT that a reader sees or hears, with the language it is said to be in."""
    if element.tag in WITHOUT_TEXT or not isinstance(element.tag, str):
        return
    language = element.get("lang") or language
    for name in SPOKEN_ATTRIBUTES:
        if element.get(name):
            yield element.get(name), language
    yield element.text or "", language
    for child in element:
        yield from spoken(child, language)
        yield child.tail or "", language
