"""Files in a request are taken up to a size, whoever sends them: what is larger is read past and kept nowhere."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

BYTES_PER_MEGABYTE = 1024 * 1024


class LimitedUpload(FileUploadHandler):
    """The first of the handlers: it hands chunks on until there are too many."""

    def __init__(self, request=None):
        super().__init__(request)
        self._left = settings.MAX_UPLOAD_MEGABYTES * BYTES_PER_MEGABYTE

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803
        if content_length > self._left:
            self._left = 0

    def receive_data_chunk(self, raw_data, start):
        self._left -= len(raw_data)
        if self._left < 0:
            self.request.upload_too_large = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size):
        return None


class UploadToDisk(TemporaryFileUploadHandler):
    """Writes what is too large for memory to the disk; where that is full, the request goes on without its files."""

    def receive_data_chunk(self, raw_data, start):
        with self._problem_noted():
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size):
        # It writes what is not on the disk yet.
        with self._problem_noted():
            return super().file_complete(file_size)

    @contextmanager
    def _problem_noted(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            self.request.upload_problem = problem
            # To close a file is to write what it holds, which fails once more; after that it is closed.
            with suppress(OSError):
                self.file.close()
            raise StopUpload(connection_reset=False) from problem


def upload_problem(request: HttpRequest) -> OSError | None:
    """Why the files of REQUEST, whose POST has been read, could not be taken in."""
    return getattr(request, "upload_problem", None)


def is_upload_too_large(request: HttpRequest) -> bool:
    """Whether REQUEST, whose POST has been read, brought more than it may: its files are not there."""
    return getattr(request, "upload_too_large", False)
