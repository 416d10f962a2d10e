"""Settings for tests: the real ones, with fast password hashing and nothing kept on disk for long."""

import atexit
import shutil
import tempfile
from pathlib import Path

from newsapp.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_FILES = Path(tempfile.mkdtemp(prefix="sijill-tests-"))
atexit.register(shutil.rmtree, _FILES, ignore_errors=True)
MEDIA_ROOT = _FILES / "media"
UPLOADS_DIR = _FILES / "uploads"
STATIC_ROOT = _FILES / "static"
SLOW_REQUESTS_FILE = _FILES / "slow_requests.jsonl"
POLICY_REPORTS_FILE = _FILES / "policy_reports.jsonl"
STATIC_ROOT.mkdir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Tests walk the site as readers do: one wrong password too many is tested where it is meant.
AXES_ENABLED = False
# So is the second factor.
STAFF_SECOND_FACTOR = "off"
ALLOWED_HOSTS = ["*"]
LOGGING = {"version": 1, "disable_existing_loggers": False}
# Tests change what no edit would, such as constants of the code; those of the cache switch it on.
PAGE_CACHE_MEGABYTES = 0
# Tests ask for more in a minute than any reader; those of the limit set one.
COSTLY_READING_A_MINUTE = 0
