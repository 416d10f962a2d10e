"""Pictures in a store that speaks S3, which several machines have in common (`MEDIA_S3`).

Little is asked of it: put, get, head and delete, signed as AWS Signature Version 4 tells, on the standard library.
What django-storages asks it by (boto3) cannot be installed beside the queue: they want different python-dateutil.
"""

import hashlib
import hmac
import http.client
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.core.files.utils import validate_file_name
from django.utils.encoding import filepath_to_uri

TIMEOUT_SECONDS = 5


@dataclass(frozen=True)
class Facts:
    """What the store tells of an object without sending it."""

    size: int
    etag: str
    changed_at: datetime


class MediaBucket(Storage):
    """A bucket whose files readers get from the site (archive/views/media.py): pages lead to nobody else.

    So it may be closed to the public, caches in front keep pictures and let go of them as ever, and no page has to
    change when the store does. What the store refuses, or does not answer, is an OSError, as on a disk.
    """

    def __init__(
        self, *, bucket_name: str, endpoint_url: str, access_key: str, secret_key: str, region_name: str = "us-east-1"
    ) -> None:
        self._bucket = bucket_name
        self._endpoint = urlsplit(endpoint_url)
        self._keys = access_key, secret_key
        self._region = region_name

    def url(self, name: str) -> str:
        return settings.MEDIA_URL + filepath_to_uri(name)

    def facts(self, name: str) -> Facts:
        """Raises FileNotFoundError, and SuspiciousFileOperation for what can be no file's name."""
        headers, _content = self._ask("HEAD", name)
        changed_at = parsedate_to_datetime(headers["Last-Modified"])
        return Facts(int(headers["Content-Length"]), headers["ETag"], changed_at)

    def exists(self, name: str) -> bool:
        try:
            self.facts(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        return self.facts(name).size

    def delete(self, name: str) -> None:
        self._ask("DELETE", name)

    def _open(self, name: str, mode: str = "rb") -> File:
        _headers, content = self._ask("GET", name)
        return ContentFile(content, name)

    def _save(self, name: str, content: File) -> str:
        content.seek(0)
        file_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._ask("PUT", name, content.read(), {"content-type": file_type})
        return name

    def _ask(
        self, method: str, name: str, body: bytes = b"", said: Mapping[str, str] | None = None
    ) -> tuple[http.client.HTTPMessage, bytes]:
        """The headers and the content of the answer to METHOD for the object NAME."""
        validate_file_name(name, allow_relative_path=True)
        path = f"{self._endpoint.path.rstrip('/')}/{quote(self._bucket)}/{quote(name, safe='/~')}"
        asked = {"host": self._endpoint.netloc.rpartition("@")[2], **(said or {})}
        headers = signed(method, path, asked, body, self._keys, self._region, datetime.now(UTC))
        secure = self._endpoint.scheme == "https"
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = connect(self._endpoint.hostname, self._endpoint.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body if method == "PUT" else None, headers)
            answer = connection.getresponse()
            content = answer.read()
        except http.client.HTTPException as error:
            raise OSError(f"The store of pictures did not answer {method}: {error!r}") from error
        finally:
            connection.close()
        if answer.status == http.HTTPStatus.NOT_FOUND:
            raise FileNotFoundError(name)
        if answer.status >= http.HTTPStatus.MULTIPLE_CHOICES:
            raise OSError(f"The store of pictures answered {answer.status} to {method}")
        return answer.headers, content


def signed(
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    keys: tuple[str, str],
    region: str,
    at: datetime,
) -> dict[str, str]:
    """HEADERS, whose names are small letters, and those that sign them, the BODY and the quoted PATH.

    KEYS are the public and the secret one. The algorithm is AWS Signature Version 4, of requests without parameters.
    """
    digest = hashlib.sha256(body).hexdigest()
    moment = f"{at:%Y%m%dT%H%M%SZ}"
    headers = {**headers, "x-amz-content-sha256": digest, "x-amz-date": moment}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    request = f"{method}\n{path}\n\n{lines}\n{names}\n{digest}"
    scope = f"{at:%Y%m%d}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    public, secret = keys
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"AWS4-HMAC-SHA256 Credential={public}/{scope},SignedHeaders={names},Signature={signature}"
    return headers | {"authorization": credential}
