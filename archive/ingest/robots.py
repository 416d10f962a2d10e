"""What a site's robots.txt allows, as RFC 9309 has it: the longest rule that matches decides."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

EVERYBODY = "*"
MAX_DELAY_SECONDS = 60.0


@dataclass(slots=True)
class Robots:
    """The rules for one robot: pairs of whether it may, and a path with `*` and `$`; and the pause it shall make."""

    rules: list[tuple[bool, str]] = field(default_factory=list)
    delay_seconds: float = 0.0

    def allows(self, url: str) -> bool:
        parts = urlsplit(url)
        path = _normal(parts.path or "/") + (f"?{_normal(parts.query)}" if parts.query else "")
        matching = [(len(rule), may) for may, rule in self.rules if _matches(rule, path)]
        return max(matching, default=(0, True))[1]


ALL_ALLOWED = Robots()
NOTHING_ALLOWED = Robots([(False, "/")])


def parse_robots(text: str, robot: str) -> Robots:
    """The rules that TEXT has for ROBOT (a product token such as "Sijill"); else those for everybody."""
    groups: dict[str, Robots] = {}
    names: list[str] = []
    in_rules = False
    for key, value in _lines(text):
        if key == "user-agent":
            names = [*([] if in_rules else names), value.lower()]
            in_rules = False
            groups.setdefault(value.lower(), Robots())
            continue
        in_rules = True
        for group in (groups[name] for name in names):
            if key in ("allow", "disallow") and value:
                group.rules.append((key == "allow", _normal(value)))
            elif key == "crawl-delay" and re.fullmatch(r"\d+(\.\d+)?", value):
                group.delay_seconds = min(float(value), MAX_DELAY_SECONDS)
    return groups.get(robot.lower()) or groups.get(EVERYBODY) or ALL_ALLOWED


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _normal(path: str) -> str:
    """PATH with its letters as escapes, for either spelling means the same."""
    return quote(path, safe="/%*$?&=+,;:@!'()~-._")


def _matches(rule: str, path: str) -> bool:
    """Does RULE, in which `*` is anything and `$` the end, match PATH? In one pass, whatever the rule is."""
    body, is_to_end = (rule[:-1], True) if rule.endswith("$") else (rule, False)
    first, *others = body.split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    last = others.pop() if is_to_end and others else ""
    for piece in others:
        found = path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    if not is_to_end:
        return True
    return path.endswith(last) and len(path) - len(last) >= place if "*" in body else place == len(path)
