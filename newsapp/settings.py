"""Django settings, and the only module that reads the environment (variables or `.env`; see `.env.example`)."""

import contextlib
import os
import re
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from newsapp.environment import Environment, database_of
from newsapp.logging import LEVELS, RENDERERS, logging_config
from newsapp.postgres import embedded_url
from newsapp.sentry import tell_sentry

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()
try:
    # Opened here, because read_env goes on without a file that it may not read.
    with (BASE_DIR / ".env").open(encoding="utf-8") as file:
        env.read_env(file)
except FileNotFoundError:
    pass
except (OSError, UnicodeDecodeError) as error:
    raise ImproperlyConfigured(f"{BASE_DIR / '.env'} cannot be read ({error})") from error

# --- Where things are -------------------------------------------------------------------------------------------

DATA_DIR = Path(env.str("SIJILL_DATA_DIR", default=str(BASE_DIR / ".data"))).expanduser().resolve()
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
DEMO = env.bool("SIJILL_DEMO", default=True)
WORKER = env.bool("SIJILL_WORKER", default=True)


def _machine_secret_key() -> str:
    """A key made once and kept beside the data, for a machine where none is configured."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written aside and linked, so that two processes starting together end with one key.
        draft = path.with_name(f"secret_key.{get_random_secret_key()[:8].encode().hex()}")
        draft.touch(mode=0o600)
        try:
            draft.write_text(get_random_secret_key())
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink()
    return path.read_text()


# --- Security ---------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or _machine_secret_key()
SECRET_KEY_FALLBACKS = env.texts("SECRET_KEY_FALLBACKS")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.texts("ALLOWED_HOSTS", default=LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS = env.texts("CSRF_TRUSTED_ORIGINS")

# One switch says that readers reach the site over HTTPS; the rest follows from it.
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        # The address of archive:policy-report; not the newer report-to, which Firefox does not read.
        "report-uri": ["/policy-report"],
        **({"upgrade-insecure-requests": True} if HTTPS else {}),
    },
}
PERMISSIONS_POLICY = {
    feature: []
    for feature in (
        "accelerometer",
        "camera",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o644

# How much costly reading one address may do in a minute, counted in searches (archive/pacing.py); 0 sets no limit.
COSTLY_READING_A_MINUTE = env.int("COSTLY_READING_A_MINUTE", default=300)
if COSTLY_READING_A_MINUTE < 0:
    raise ImproperlyConfigured("COSTLY_READING_A_MINUTE must be 0 or more")

# --- Staff ------------------------------------------------------------------------------------------------------

MIN_PASSWORD_CHARS = 12
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "archive.staff.passwords.MinimumLengthValidator", "OPTIONS": {"min_length": MIN_PASSWORD_CHARS}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "archive.staff.passwords.NewPasswordValidator"},
]
# The first hashes new passwords; those that the others hashed are hashed anew at the next login.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Ten wrong passwords for one account from one address close that pair for half an hour.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# What is sent while it is closed is not even counted: the half hour ends.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# So many from one address, for whichever accounts, close it for all of them: an office has one, too.
ADDRESS_FAILURE_LIMIT = 50
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_CLIENT_IP_CALLABLE = "archive.client_address.client_address"
AXES_VERBOSE = False
# What is kept for good is in the audit log (archive.staff.audit): axes keeps what it counts by.
AXES_HANDLER = "archive.staff.throttling.AuditedHandler"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
# The admin has a page of its own for them (archive.admin.accounts): this one speaks English.
AXES_ENABLE_ADMIN = False

# Where the admin is: another name keeps programs away that knock at the usual one (docs/security.md).
DEFAULT_ADMIN_PATH = "admin/"
ADMIN_PATH = env.str("ADMIN_PATH", default=DEFAULT_ADMIN_PATH).strip("/") + "/"
if not re.fullmatch(r"([a-zA-Z0-9_-]+/)+", ADMIN_PATH):
    raise ImproperlyConfigured(f"ADMIN_PATH must be of Latin letters, digits, - and _, not {ADMIN_PATH!r}")

# A site that only this machine reaches lets its first editor in with a password; one that others reach does not.
_FOR_THIS_MACHINE = DEBUG or set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS)
STAFF_SECOND_FACTOR = env.choice(
    "STAFF_SECOND_FACTOR", ("required", "optional", "off"), default="optional" if _FOR_THIS_MACHINE else "required"
)
# How long a session may do nothing, and how long it lasts at most.
STAFF_SESSION_IDLE_MINUTES = env.int("STAFF_SESSION_IDLE_MINUTES", default=8 * 60)
STAFF_SESSION_HOURS = env.int("STAFF_SESSION_HOURS", default=7 * 24)
if min(STAFF_SESSION_IDLE_MINUTES, STAFF_SESSION_HOURS) < 1:
    raise ImproperlyConfigured("STAFF_SESSION_IDLE_MINUTES and STAFF_SESSION_HOURS must be 1 or more")
SESSION_ENGINE = "archive.staff.session_store"
SESSION_COOKIE_AGE = STAFF_SESSION_HOURS * 3600

# --- Application ------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Before those whose tasks it takes.
    "newsapp.apps.QueueConfig",
    "archive",
    "newsapp.apps.ArchiveAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "django_prose_editor",
    "pgtrigger",
    "pghistory",
    "newsapp.apps.LoginGuardConfig",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "archive.middleware.ObservingMiddleware",
    "archive.replicas.middleware.ReplicaMiddleware",
    "archive.page_cache.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "archive.middleware.InterfaceLanguageMiddleware",
    "archive.middleware.ReaderPreferencesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "archive.staff.middleware.StaffMiddleware",
    "archive.staff.middleware.ActingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "archive.middleware.OldAddressMiddleware",
    "archive.middleware.MethodNotAllowedMiddleware",
    "archive.middleware.PacingMiddleware",
    "archive.middleware.DatabaseUnavailableMiddleware",
    "archive.middleware.SearchTimeoutMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "newsapp.urls"
WSGI_APPLICATION = "newsapp.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "archive.context.site_context",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASE_URL_GIVEN = bool(DATABASE_URL)
if not DATABASE_URL_GIVEN:
    # libpq would go by them for whatever its caller leaves open; they are about another PostgreSQL.
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]

DATABASES = {
    "default": {
        **database_of(DATABASE_URL or embedded_url(DATA_DIR)),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
# How long a statement of the web server may take, whoever asks; without end with 0. Commands and the worker are free.
STATEMENT_TIMEOUT_SECONDS = env.int("STATEMENT_TIMEOUT_SECONDS", default=30)
if STATEMENT_TIMEOUT_SECONDS < 0:
    raise ImproperlyConfigured("STATEMENT_TIMEOUT_SECONDS must be 0 or more")

# Copies that stream from it: what everybody may read is read from them (docs/scaling.md).
DATABASE_REPLICA_URLS = env.texts("DATABASE_REPLICA_URLS")
if DATABASE_REPLICA_URLS and not DATABASE_URL_GIVEN:
    raise ImproperlyConfigured("DATABASE_REPLICA_URLS needs DATABASE_URL, the database that they are copies of")
# A replica that has lacked something for longer is left out.
REPLICA_MAX_LAG_SECONDS = env.int("REPLICA_MAX_LAG_SECONDS", default=5)
if REPLICA_MAX_LAG_SECONDS < 2:
    raise ImproperlyConfigured("REPLICA_MAX_LAG_SECONDS must be 2 or more: replicas are looked at once a second")
REPLICAS = [f"replica-{number}" for number, _url in enumerate(DATABASE_REPLICA_URLS, start=1)]
# A machine that has gone without a word holds nobody up for long: there are others.
_SOON_GIVEN_UP = {
    "connect_timeout": 2,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
for _alias, _replica_url in zip(REPLICAS, DATABASE_REPLICA_URLS, strict=True):
    _replica = database_of(_replica_url, "DATABASE_REPLICA_URLS")
    DATABASES[_alias] = {
        **_replica,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A pooler may give each transaction another connection, and no cursor outlives one.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": _SOON_GIVEN_UP | _replica.get("OPTIONS", {}),
        "TEST": {"MIRROR": "default"},
    }

# So with the primary: without it reading goes on.
_patience = _SOON_GIVEN_UP if REPLICAS else {"connect_timeout": 10}
DATABASES["default"]["OPTIONS"] = _patience | DATABASES["default"].get("OPTIONS", {})

# Who did what is told with what writes; reading says nothing of it to the database.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# --- Languages, dates, numbers ----------------------------------------------------------------------------------

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "newsapp" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Beirut")
try:
    zoneinfo.ZoneInfo(TIME_ZONE)
except (KeyError, ValueError, OSError):
    raise ImproperlyConfigured(
        f"TIME_ZONE={TIME_ZONE} is not known here: give a name such as Asia/Beirut, or install the package tzdata"
    ) from None
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["newsapp.formats"]

# --- Files ------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
# A store of objects instead, for several machines (docs/scaling.md).
MEDIA_S3 = env.json("MEDIA_S3", default={})
_of_s3 = {"bucket_name", "endpoint_url", "access_key", "secret_key"}
if MEDIA_S3 and not _of_s3 <= set(MEDIA_S3) <= _of_s3 | {"region_name"}:
    raise ImproperlyConfigured(f"MEDIA_S3 must have {', '.join(sorted(_of_s3))}, may have region_name, and no other")
STORAGES = {
    "default": {"BACKEND": "newsapp.s3.MediaBucket", "OPTIONS": MEDIA_S3}
    if MEDIA_S3
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "newsapp.storage.HashedStaticFiles"},
}
# What is sent to be imported waits here for the worker, which has to find it too. Nothing serves it.
UPLOADS_DIR = DATA_DIR / "uploads"
MAX_UPLOAD_MEGABYTES = env.int("MAX_UPLOAD_MEGABYTES", default=512)
FILE_UPLOAD_HANDLERS = [
    "archive.upload_limit.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "archive.upload_limit.UploadToDisk",
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Backups ----------------------------------------------------------------------------------------------------

BACKUP_DIR = Path(env.str("BACKUP_DIR", default=str(DATA_DIR / "backups"))).expanduser().resolve()
# A key of age, by which backups are encrypted (docs/backups.md); they are not without one.
BACKUP_KEY_FILE = Path(_path).expanduser() if (_path := env.str("BACKUP_KEY_FILE", default="")) else None
# For how many days, weeks and months, back from the newest backup, the last one is kept.
BACKUP_KEEP_DAYS = env.int("BACKUP_KEEP_DAYS", default=7)
BACKUP_KEEP_WEEKS = env.int("BACKUP_KEEP_WEEKS", default=5)
BACKUP_KEEP_MONTHS = env.int("BACKUP_KEEP_MONTHS", default=12)
if min(BACKUP_KEEP_DAYS, BACKUP_KEEP_WEEKS, BACKUP_KEEP_MONTHS) < 0:
    raise ImproperlyConfigured("BACKUP_KEEP_DAYS, BACKUP_KEEP_WEEKS and BACKUP_KEEP_MONTHS must be 0 or more")

# --- Caches -----------------------------------------------------------------------------------------------------

# Memory for pages in each process of the web server; none are kept with 0.
PAGE_CACHE_MEGABYTES = env.int("PAGE_CACHE_MEGABYTES", default=64)
# How long caches for many, in front of the site, may serve a page unasked, and then once more while they ask.
SHARED_CACHE_SECONDS = env.int("SHARED_CACHE_SECONDS", default=60)
SHARED_CACHE_STALE_SECONDS = env.int("SHARED_CACHE_STALE_SECONDS", default=30)
# How long pages are sent that were good when the database last answered; not at all with 0 (docs/caching.md).
STALE_PAGE_MINUTES = env.int("STALE_PAGE_MINUTES", default=60)
if STALE_PAGE_MINUTES < 0:
    raise ImproperlyConfigured("STALE_PAGE_MINUTES must be 0 or more")
# Caches that are told which pages are stale (docs/caching.md).
CACHE_PURGE_URLS = env.texts("CACHE_PURGE_URLS")

# --- Fetching ---------------------------------------------------------------------------------------------------

# Addresses beside the public web's that feeds may be fetched from, such as those of a newsroom's own network.
FETCH_ALLOWED_NETWORKS = env.networks("FETCH_ALLOWED_NETWORKS")

# --- What others are told ---------------------------------------------------------------------------------------

_public_hosts = [host for host in ALLOWED_HOSTS if host not in LOCAL_HOSTS and host[:1] not in "*."]
_own_address = f"{'https' if HTTPS else 'http'}://{_public_hosts[0]}" if _public_hosts else ""
# Where readers find the site, for what is said when nobody asked; empty where nobody does.
SITE_URL = env.web_address("SITE_URL", default=_own_address).rstrip("/")
WEBSUB_HUB_URL = env.web_address("WEBSUB_HUB_URL")
if WEBSUB_HUB_URL and not SITE_URL:
    raise ImproperlyConfigured("WEBSUB_HUB_URL needs SITE_URL, or a public name in ALLOWED_HOSTS")
# Who is told of a weakness of the site, as an address of mail or of a page; else the site's contact address.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")

# --- Subscriptions ----------------------------------------------------------------------------------------------

# Off, the site has neither forms nor messages, and knows no subscribers.
SUBSCRIPTIONS = env.bool("SUBSCRIPTIONS", default=True)
_mail = env.email_url_config(env.str("EMAIL_URL", default="filemail://"))
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="") or _mail["EMAIL_BACKEND"]
if EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "archive.subscriptions.channels.smtp.EmailBackend"
# What is kept on this machine, as in a trial, leads nobody astray.
if SUBSCRIPTIONS and not SITE_URL and not re.search(r"\.(filebased|console|locmem|dummy)\.", EMAIL_BACKEND):
    raise ImproperlyConfigured("Mail to readers needs SITE_URL, or a public name in ALLOWED_HOSTS, for its links")
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"] or "localhost", _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
# A server that says nothing for so long is given up; once it has the text, it may look at that for longer
# (RFC 5321, 4.5.3.2.6). A claim outlives all that can be waited for in one delivery.
EMAIL_TIMEOUT = 20
EMAIL_REPLY_SECONDS = 600
DELIVERY_LEASE_SECONDS = env.int("DELIVERY_LEASE_SECONDS", default=900)
# Without a server, mail is written to files here.
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
NEWSLETTER_FROM = env.str("NEWSLETTER_FROM", default="") or f"newsletter@{urlsplit(SITE_URL).hostname or 'localhost'}"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = NEWSLETTER_FROM
# Where messages come back to that could not be delivered; each has a mark of its own before the @.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
# Who shows this key may tell of them by the web.
BOUNCE_KEY = env.str("BOUNCE_KEY", default="")
# A mail service's API instead of SMTP: EMAIL_BACKEND names it, and these are django-anymail's settings.
ANYMAIL = env.json("ANYMAIL", default={})
if EMAIL_BACKEND.startswith("anymail."):
    INSTALLED_APPS.append("anymail")

# --- WhatsApp, and notices of browsers ---------------------------------------------------------------------------

# The country whose numbers readers may write as they are written at home, unless they choose another.
PHONE_COUNTRY = env.str("PHONE_COUNTRY", default="LB").upper()
# Of the app at Meta (docs/whatsapp.md); without token and number the page leads to the site's channel instead.
WHATSAPP_TOKEN = env.str("WHATSAPP_TOKEN", default="")
WHATSAPP_PHONE_ID = env.str("WHATSAPP_PHONE_ID", default="")
WHATSAPP_ACCOUNT_ID = env.str("WHATSAPP_ACCOUNT_ID", default="")
WHATSAPP_APP_SECRET = env.str("WHATSAPP_APP_SECRET", default="")
WHATSAPP_VERIFY_TOKEN = env.str("WHATSAPP_VERIFY_TOKEN", default="")
# Our number as readers see it.
WHATSAPP_NUMBER = env.str("WHATSAPP_NUMBER", default="")
WHATSAPP_API_URL = env.web_address("WHATSAPP_API_URL", default="https://graph.facebook.com/v23.0")
# Templates that have other names than ours, by purpose; and the languages in which they are approved.
WHATSAPP_TEMPLATES = env.json("WHATSAPP_TEMPLATES", default={})
WHATSAPP_LANGUAGES = env.texts("WHATSAPP_LANGUAGES", default=["ar"])

# The key that signs notices; script/manage make_push_key makes one beside the data. None are sent without.
PUSH_KEY = env.str("PUSH_KEY", default="")
PUSH_KEY_FILE = DATA_DIR / "push_key"
if not PUSH_KEY and PUSH_KEY_FILE.exists():
    PUSH_KEY = PUSH_KEY_FILE.read_text().strip()
if PUSH_KEY and not re.fullmatch(r"[A-Za-z0-9_-]{43}=?", PUSH_KEY):
    raise ImproperlyConfigured("PUSH_KEY must be a key that script/manage make_push_key has made")
# Whom a push service can write to if something is wrong with what we send.
PUSH_CONTACT = env.str("PUSH_CONTACT", default="") or f"mailto:{NEWSLETTER_FROM}"
# The services that we speak to: those of Chrome, Firefox, Safari and Edge, and of the browsers made of them.
PUSH_SERVICES = env.services(
    "PUSH_SERVICES",
    default=["fcm.googleapis.com", "*.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"],
)

# --- What is watched ----------------------------------------------------------------------------------------------

# Who may read /metrics (docs/operating.md): whoever shows the token, or asks from one of the networks; where both are
# set, both are needed. With neither there is no such page, and nothing is written.
MIN_METRICS_TOKEN_CHARS = 16
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < MIN_METRICS_TOKEN_CHARS:
    raise ImproperlyConfigured(f"METRICS_TOKEN must have {MIN_METRICS_TOKEN_CHARS} characters or more")
METRICS_NETWORKS = env.networks("METRICS_NETWORKS")
METRICS = bool(METRICS_TOKEN or METRICS_NETWORKS)
# Where the processes of this machine count; prometheus_client asks the environment for it.
METRICS_DIR = Path(env.str("METRICS_DIR", default=str(DATA_DIR / "metrics"))).expanduser().resolve()
os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
if METRICS:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)

# A request that takes so long is noted; none is with 0.
SLOW_REQUEST_MILLISECONDS = env.int("SLOW_REQUEST_MILLISECONDS", default=1000)
SLOW_REQUESTS_FILE = DATA_DIR / "slow_requests.jsonl"
POLICY_REPORTS_FILE = DATA_DIR / "policy_reports.jsonl"

# --- Logs -------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", LEVELS, default="INFO")
LOG_FORMAT = env.choice("LOG_FORMAT", RENDERERS, default="text")
LOGGING = logging_config(level=LOG_LEVEL, log_format=LOG_FORMAT)

# Errors are told to this Sentry; to none without (docs/operating.md).
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    tell_sentry(SENTRY_DSN)
