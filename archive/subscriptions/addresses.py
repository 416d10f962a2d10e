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
        # Of the whole world.
        *("aim.com", "aol.com", "caramail.com", "fastmail.com", "gmx.com", "gmx.net", "hey.com", "hotmail.com"),
        *("icloud.com", "live.com", "mac.com", "mail.com", "maktoob.com", "me.com", "msn.com", "outlook.com"),
        *("proton.me", "protonmail.com", "rocketmail.com", "tuta.com", "tutanota.com", "yahoo.com", "ymail.com"),
        *("zoho.com", "zohomail.com"),
        # Of Arab countries.
        *("batelco.com.bh", "cyberia.net.lb", "eim.ae", "emirates.net.ae", "gnet.tn", "iam.net.ma", "idm.net.lb"),
        *("inco.com.lb", "kems.net", "link.net", "menara.ma", "omantel.net.om", "outlook.sa", "planet.tn"),
        *("qatar.net.qa", "qualitynet.net", "tedata.net.eg", "terra.net.lb", "topnet.tn"),
        "yemen.net.ye",
        # Of France, Belgium and Switzerland.
        *("aliceadsl.fr", "bbox.fr", "bluewin.ch", "cegetel.net", "club-internet.fr", "free.fr", "gmx.ch", "gmx.fr"),
        *("hotmail.be", "hotmail.ch", "hotmail.fr", "laposte.net", "live.be", "live.fr", "neuf.fr", "numericable.fr"),
        *("orange.fr", "outlook.be", "outlook.fr", "proximus.be", "sfr.fr", "skynet.be", "telenet.be"),
        *("wanadoo.fr", "yahoo.be", "yahoo.fr"),
        # Of Germany and Austria.
        *("aon.at", "arcor.de", "freenet.de", "gmx.at", "gmx.de", "hotmail.de", "live.de", "mailbox.org"),
        *("outlook.de", "posteo.de", "t-online.de", "web.de", "yahoo.de"),
        # Of Britain, North America and Australia.
        *("att.net", "bell.net", "bellsouth.net", "bigpond.com", "blueyonder.co.uk", "btinternet.com", "charter.net"),
        *("comcast.net", "cox.net", "earthlink.net", "hotmail.ca", "hotmail.co.uk", "hotmail.com.au", "live.ca"),
        *("live.co.uk", "live.com.au", "ntlworld.com", "optonline.net", "optusnet.com.au", "rogers.com"),
        *("sbcglobal.net", "shaw.ca", "sky.com", "sympatico.ca", "talktalk.net", "telus.net", "verizon.net"),
        *("videotron.ca", "virginmedia.com", "yahoo.ca", "yahoo.co.uk", "yahoo.com.au"),
        # Of others.
        *("126.com", "163.com", "alice.it", "bk.ru", "bol.com.br", "hetnet.nl", "home.nl", "hotmail.com.br"),
        *("hotmail.com.tr", "hotmail.es", "hotmail.it", "hotmail.nl", "hotmail.se", "inbox.ru", "kpnmail.nl"),
        *("libero.it", "list.ru", "live.dk", "live.it", "live.nl", "live.se", "mail.ru", "mynet.com", "naver.com"),
        *("online.no", "outlook.com.br", "outlook.com.tr", "outlook.es", "outlook.it", "planet.nl", "qq.com"),
        *("rambler.ru", "rediffmail.com", "telia.com", "terra.com.br", "tin.it", "tiscali.it", "uol.com.br"),
        *("virgilio.it", "ya.ru", "yahoo.co.in", "yahoo.com.br", "yahoo.com.tr", "yahoo.es", "yahoo.gr", "yahoo.it"),
        *("yahoo.se", "yandex.com", "yandex.ru", "ziggo.nl"),
    }
)
"""Where each address is somebody's own: as many are asked to confirm as want to, and none gets what is another's."""


_GENERAL_LABELS = frozenset(
    ("ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "info", "mil", "ne", "net", "or", "org", "sch")
)
"""What stands before the label of a country where names are registered below that, as in example.com.lb."""


def domain_of(key: str) -> str:
    return key.rpartition("@")[2]


def registered_domain(domain: str) -> str:
    """The domain that whoever has DOMAIN, and any number of names below it, registered; a guess, without a list.

    Where a country lets register below other labels than the general ones, several owners are taken for one.
    """
    labels = domain.split(".")
    is_of_country = len(labels[-1]) == 2 or labels[-1].startswith("xn--")
    is_below_general = len(labels) > 2 and is_of_country and labels[-2] in _GENERAL_LABELS
    return ".".join(labels[-3:] if is_below_general else labels[-2:])


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
