"""How addresses of mail are compared, and shown to those who may not see them."""

import contextlib


def email_key(address: str) -> str:
    """Return ADDRESS as it is compared: what differs in case only is taken for one, as mail servers do."""
    local, _at, domain = address.strip().rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"{local}@{domain}".lower()


GOOGLE_DOMAINS = ("gmail.com", "googlemail.com")
"""Where dots say nothing, and both names are one."""


LARGE_PROVIDERS = frozenset(
    {
        *GOOGLE_DOMAINS,
        *("aol.com", "fastmail.com", "gmx.com", "gmx.de", "gmx.net", "hotmail.com", "hotmail.co.uk", "hotmail.fr"),
        *("icloud.com", "live.com", "live.fr", "mac.com", "mail.com", "mail.ru", "maktoob.com", "me.com", "msn.com"),
        *("outlook.com", "outlook.fr", "outlook.sa", "proton.me", "protonmail.com", "qq.com", "web.de", "yahoo.com"),
        *("yahoo.co.uk", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com"),
    }
)
"""Where each address is somebody's own: as many are asked to confirm as want to, and none gets what is another's."""


def domain_of(key: str) -> str:
    return key.rpartition("@")[2]


def mailbox_key(key: str) -> str:
    """Return KEY without what gives one mailbox as many addresses as anybody likes: a tag after "+", or dots."""
    local, at, domain = key.casefold().rpartition("@")
    if not at:
        return key
    local = local.partition("+")[0]
    return f"{local.replace('.', '')}@{GOOGLE_DOMAINS[0]}" if domain in GOOGLE_DOMAINS else f"{local}@{domain}"


def masked(address: str) -> str:
    """Return ADDRESS so that its owner knows it again and nobody else can use it."""
    local, at, domain = address.rpartition("@")
    if not at:
        return f"{address[:4]}…{address[-2:]}"
    return f"{local[:1]}…@{domain[:1]}….{domain.rpartition('.')[2]}"
