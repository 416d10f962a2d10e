import pytest

from archive.ingest.robots import parse_robots

SITE = "https://news.example"


@pytest.mark.parametrize(
    ("lines", "path", "allowed"),
    [
        ([], "/feed", True),
        (["User-agent: *", "Disallow: /"], "/feed", False),
        (["User-agent: *", "Disallow:"], "/feed", True),
        (["User-agent: *", "Disallow: /feed"], "/feeds/1", False),
        (["User-agent: *", "Disallow: /feed$"], "/feeds/1", True),
        (["User-agent: *", "Disallow: /", "Allow: /feed"], "/feed", True),
        (["User-agent: *", "Allow: /", "Disallow: /feed"], "/feed", False),
        (["User-agent: *", "Disallow: /feed", "Allow: /feed"], "/feed", True),
        (["User-agent: *", "Disallow: /*.xml$"], "/a/b.xml", False),
        (["User-agent: *", "Disallow: /*.xml$"], "/a/b.xml/c", True),
        (["User-agent: *", "Disallow: /a*b$"], "/ab", False),
        (["User-agent: *", "Disallow: /ab*b$"], "/ab", True),
        (["User-agent: *", "Disallow: /a*$"], "/abc", False),
        (["User-agent: *", "Disallow: *b*a"], "/a/b", True),
        (["User-agent: *", "Disallow: /*?key="], "/feed?key=1", False),
        (["User-agent: *", "Disallow: /أخبار"], "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1", False),
        (["User-agent: other", "Disallow: /"], "/feed", True),
        (["User-agent: *", "Disallow: /", "", "User-agent: sijill", "Disallow: /private"], "/feed", True),
        (["User-agent: other", "User-agent: Sijill", "Disallow: /feed"], "/feed", False),
        (["User-agent: Sijill", "Disallow: /a", "User-agent: other", "Disallow: /"], "/feed", True),
        (["user-AGENT: *  # all", "disALLOW: /feed # no"], "/feed", False),
        (["Disallow: /", "nonsense"], "/feed", True),
    ],
)
def test_longest_rule_of_the_robots_own_group_decides(lines, path, allowed):
    assert parse_robots("\r\n".join(lines), "Sijill").allows(SITE + path) is allowed


def test_no_rule_takes_long_to_be_matched():
    # By tries of each star's length, this would not end.
    rules = parse_robots(f"User-agent: *\nDisallow: /{'*a' * 40}b", "Sijill")
    assert rules.allows(f"{SITE}/{'a' * 2000}")


@pytest.mark.parametrize(("value", "seconds"), [("3", 3), ("0.5", 0.5), ("86400", 60), ("soon", 0)])
def test_pause_is_made_as_asked_within_reason(value, seconds):
    assert parse_robots(f"User-agent: *\nCrawl-delay: {value}", "Sijill").delay_seconds == seconds
