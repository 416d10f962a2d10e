"""A reader's version goes up with what it makes of the same bytes: then `reimport` has something to read again."""

from importlib.util import find_spec, module_from_spec

import pytest

from archive.ingest.readers.html import HtmlPage
from archive.ingest.readers.mhtml import Mhtml
from archive.ingest.readers.warc import Warc


@pytest.mark.parametrize("reader", [Mhtml, Warc])
def test_who_reads_pages_as_saved_pages_are_read_goes_up_with_their_reader(reader, monkeypatch):
    monkeypatch.setattr(HtmlPage, "version", HtmlPage.version + 1)
    spec = find_spec(reader.__module__)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert getattr(module, reader.__name__).version == reader.version + 1
