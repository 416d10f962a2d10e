"""From which databases pages are read, and where pictures are kept, as the environment says."""

import json

import pytest

from tests.newsapp.test_staff_settings import run

PRIMARY = "postgresql://sijill:secret@10.1.2.3/sijill"
REPLICAS = "postgresql://sijill:secret@10.1.2.4/sijill, postgresql://reader@10.1.2.5:6432/copy?connect_timeout=9"
DATABASES = """
import json
from newsapp import settings
of = {name: {part: one[part] for part in ("HOST", "PORT", "NAME", "USER")} for name, one in settings.DATABASES.items()}
options = {name: one["OPTIONS"]["connect_timeout"] for name, one in settings.DATABASES.items()}
print(json.dumps([settings.REPLICAS, of, options, settings.REPLICA_MAX_LAG_SECONDS]))
"""
STORAGE = "from newsapp import settings; print(settings.STORAGES['default'])"


def test_replicas_are_databases_of_their_own(tmp_path):
    said = run(DATABASES, tmp_path, DATABASE_URL=PRIMARY, DATABASE_REPLICA_URLS=REPLICAS, REPLICA_MAX_LAG_SECONDS="9")

    assert json.loads(said.stdout) == [
        ["replica-1", "replica-2"],
        {
            "default": {"HOST": "10.1.2.3", "PORT": "", "NAME": "sijill", "USER": "sijill"},
            "replica-1": {"HOST": "10.1.2.4", "PORT": "", "NAME": "sijill", "USER": "sijill"},
            "replica-2": {"HOST": "10.1.2.5", "PORT": 6432, "NAME": "copy", "USER": "reader"},
        },
        {"default": 2, "replica-1": 2, "replica-2": 9},
        9,
    ]


def test_there_are_none_unless_they_are_named(tmp_path):
    [replicas, databases, _options, seconds] = json.loads(run(DATABASES, tmp_path, DATABASE_URL=PRIMARY).stdout)

    assert (replicas, list(databases), seconds) == ([], ["default"], 5)


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        (
            {"DATABASE_REPLICA_URLS": PRIMARY},
            "DATABASE_REPLICA_URLS needs DATABASE_URL, the database that they are copies of",
        ),
        (
            {"DATABASE_URL": PRIMARY, "DATABASE_REPLICA_URLS": "10.1.2.4"},
            "DATABASE_REPLICA_URLS must look like postgresql://role:password@host:5432/database",
        ),
        (
            {"DATABASE_URL": PRIMARY, "REPLICA_MAX_LAG_SECONDS": "1"},
            "REPLICA_MAX_LAG_SECONDS must be 2 or more: replicas are looked at once a second",
        ),
        (
            {"MEDIA_S3": '{"endpoint_url": "https://s3.example.org"}'},
            "MEDIA_S3 must have access_key, bucket_name, endpoint_url, secret_key, may have region_name, and no other",
        ),
    ],
)
def test_setting_that_cannot_work_is_refused(tmp_path, variables, line):
    assert run(DATABASES, tmp_path, **variables).stderr.splitlines()[-1].endswith(line)


def test_pictures_are_on_the_disk_or_in_a_bucket(tmp_path):
    options = {
        "bucket_name": "sijill",
        "endpoint_url": "https://s3.example.org",
        "access_key": "public",
        "secret_key": "secret",
    }

    assert run(STORAGE, tmp_path).stdout.strip() == "{'BACKEND': 'django.core.files.storage.FileSystemStorage'}"
    assert run(STORAGE, tmp_path, MEDIA_S3=json.dumps(options)).stdout.strip() == str(
        {"BACKEND": "newsapp.s3.MediaBucket", "OPTIONS": options}
    )
