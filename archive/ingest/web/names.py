"""What pages name the parts of a page with a purpose of their own, and the elements that tell of its article."""

import re
from functools import lru_cache

from lxml import etree

_ZONE_TAGS = {"nav": "navigation", "footer": "footer", "aside": "sidebar", "form": "form", "menu": "navigation"}
# Parts of class names and ids, by the code that tells what stands there. The first that is found says the code.
_ZONE_NAMES = tuple(
    (code, re.compile(rf"(?:^|[\s_.-])(?:{names})(?=$|[\s_.\d-])", re.IGNORECASE))
    for code, names in (
        (
            "turns",
            "(?:post|article|news|story)s?-?nav(?:igation)?|nav-?(?:links|below|single|previous|next)|next-?prev|prev-?next"
            "|(?:next|prev|previous)-?(?:and-?(?:next|prev|previous)-?)?(?:posts?|article|story|news)|post-?(?:next|prev|previous)",
        ),
        ("comments", "comments?|comments?(?:list|form|area|section|box)|disqus|respond|replies|fb-comments"),
        (
            "share",
            "share|shares|sharing|shareholder|social|socials|sharebox|sharebar|sharethis|addthis|addtoany|a2a|sharedaddy"
            "|social-?(?:media|share|icons|links|sharing)|share-?(?:buttons?|icons?|links?)|print-?(?:link|button|btn)",
        ),
        (
            "newsletter",
            "newsletter|subscribe|subscription|signup|sign-up|mailchimp|mailing-?list|follow|follow-(?:us|google)",
        ),
        (
            "related",
            "related|related-?(?:posts?|news|articles?|stories|content|topics|links)|recommended|recommendations?|read-?(?:also|more|next)"
            "|also-?read|see-?also|similar(?:-(?:posts|news))?|you-?may-?(?:also-?)?like|jp-relatedposts",
        ),
        (
            "advertisement",
            "ads?|advert(?:s|isement|isements|ising)?|adsbygoogle|ad-?(?:slot|unit|box|banner|container|wrapper)|banners?|sponsor(?:ed|s)?|dfp|gpt|promo(?:s|tion)?",
        ),
        ("tags", "tags|tag-?(?:s|list|cloud|links)|keywords|post-?tags|article-?tags|entry-?tags"),
        ("breadcrumb", "breadcrumbs?|bread-?crumbs?|crumbs?|bcrumb"),
        (
            "navigation",
            "more-?(?:news|stories|articles|posts|from)|most-?(?:read|popular|viewed|seen|commented)|popular(?:-posts)?|trending"
            "|latest(?:-(?:news|posts))?|taboola|outbrain|mgid|nav|navbar|navigation|menu|menus|main-?menu|sub-?menu|top-?(?:bar|menu|nav)|paginat(?:ion|or)|pager|toolbar|skip-?(?:link|nav|navigation)|ticker|news-?ticker|breaking(?:-?news)?",
        ),
        ("footer", "footer|site-?footer|page-?footer|copyrights?|colophon"),
        ("sidebar", "sidebar|side-?bar|widgets?|side-?(?:content|area|col|column)|aside|rail"),
        ("author_box", "author-?(?:box|bio|info|card|description)|about-?(?:the-?)?author|post-?author-?box"),
        (
            "notice",
            "cookies?|cookie-?(?:notice|bar|banner|consent)|gdpr|consent|popup|pop-?up|modal|lightbox|overlay|toast",
        ),
        ("hidden", "sr-only|visually-?hidden|screen-?reader-?text|hide-?span|print-?only"),
        ("login", "login|log-?in|paywall|register|registration"),
    )
)
# Not what is hidden on narrow screens only: hidden-xs, d-none d-md-block.
_HIDDEN_NAME = re.compile(
    r"(?:^|\s)(?:hidden|d-none|invisible)(?=\s|$)(?!.*\bd-\w+-(?:block|flex|inline|grid|table))", re.DOTALL
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CAPTION_NAME = re.compile(
    r"caption|img-?(?:desc|title|text)|image-?(?:desc|title|text|info)|photo-?(?:desc|title|text|credit)", re.I
)
_ROLES = {
    "navigation": "navigation",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "sidebar",
    "search": "form",
    "dialog": "notice",
    "alertdialog": "notice",
    "menu": "navigation",
    "menubar": "navigation",
}
# What pages call the parts of a line that say who wrote it, and where on the site it stands.
_TOLD_NAMES = tuple(
    (code, re.compile(rf"(?:^|[\s_-])(?:{names})(?=$|\s)", re.IGNORECASE))
    for code, names in (
        ("author", "author|author-?name|by-?line|writer|writer-?name|reporter|written-?by|write-?by|vcard|byauthor"),
        (
            "section",
            "cat|category|cat-?links?|category-?(?:name|label|title)|(?:post|entry|article|news|story)-?(?:cat|category|section)",
        ),
    )
)


@lru_cache(maxsize=4096)
def _zone_of_name(name: str) -> str:
    return next((code for code, pattern in _ZONE_NAMES if pattern.search(name)), "")


def zone_code(element: etree._Element) -> str:
    """What the part of a page that ELEMENT holds is for, by its name, role and style; "" when they do not say."""
    tag = element.tag
    get = element.get
    if get("hidden") is not None or (get("aria-hidden") == "true" and tag != "span"):
        return "hidden"
    if (style := get("style")) and _HIDDEN_STYLE.search(style):
        return "hidden"
    if (role := get("role")) and role in _ROLES and tag != "header":
        return _ROLES[role]
    name, identity = get("class"), get("id")
    if name or identity:
        code = "hidden" if name and _HIDDEN_NAME.search(name) else _zone_of_name(f"{name or ''} {identity or ''}")
        if code and tag not in {"body", "html", "main", "h1"}:
            return code
    return _ZONE_TAGS.get(tag, "")


@lru_cache(maxsize=4096)
def told_by(name: str, relation: str) -> str:
    """What an element with this class and `rel` tells of the article: "author", "section" or nothing, ""."""
    if relation and (kind := {"author": "author", "category": "section"}.get(relation.split()[0].lower())):
        return kind
    return next((code for code, pattern in _TOLD_NAMES if pattern.search(name)), "")


def names_caption(name: str) -> bool:
    """Does the class NAME say that an element is a picture's caption?"""
    return _CAPTION_NAME.search(name) is not None
