"""Factories of archive.models.article."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO

import factory
from django.core.files.base import ContentFile
from PIL import Image as Picture

from archive.models import Article, ArticleLink, Capture, Image
from tests.factories.taxonomy import SectionFactory, SourceFactory


class ArticleFactory(factory.django.DjangoModelFactory):
    """A published article of a day in the past."""

    class Meta:
        model = Article

    title = factory.Sequence(lambda n: f"خبر رقم {n} من الميناء القديم")
    summary = "وصلت السفينة صباحًا وعلى متنها ركّاب من ثلاث مدن."
    body = "<p>رست السفينة في الميناء القديم عند السادسة.</p>\n<p>وقال المدير إن الرصيف جاهز.</p>"
    section = factory.SubFactory(SectionFactory)
    source = factory.SubFactory(SourceFactory)
    published_at = datetime(2017, 12, 21, 8, 30, tzinfo=UTC)
    date_precision = Article.Precision.MINUTE
    status = Article.Status.PUBLISHED

    class Params:
        undated = factory.Trait(published_at=None, date_precision=Article.Precision.UNKNOWN)
        draft = factory.Trait(status=Article.Status.DRAFT)


class ArticleLinkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ArticleLink

    from_article = factory.SubFactory(ArticleFactory)
    to_article = factory.SubFactory(ArticleFactory)
    kind = ArticleLink.Kind.RELATED


class CaptureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Capture

    content = factory.Sequence(lambda n: f"صفحة محفوظة {n}".encode())
    sha256 = factory.LazyAttribute(lambda capture: hashlib.sha256(capture.content).hexdigest())
    file_name = "page.txt"
    content_type = "text/plain"
    encoding = "utf-8"


def picture_file(name: str = "port.png", *, size: tuple[int, int] = (80, 50)) -> ContentFile:
    """A real little PNG."""
    content = BytesIO()
    Picture.new("RGB", size, "#0b5c57").save(content, "PNG")
    return ContentFile(content.getvalue(), name)


class ImageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Image

    article = factory.SubFactory(ArticleFactory)
    file = factory.LazyFunction(picture_file)
    caption = "السفينة عند الرصيف"
    credit = "أرشيف الميناء"
    alternative_text = "سفينة بيضاء عند رصيف حجري"
