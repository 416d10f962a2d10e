"""Factories of archive.models.quotation."""

import factory

from archive.models import Quotation
from tests.factories.article import ArticleFactory


class QuotationFactory(factory.django.DjangoModelFactory):
    """WORDS are said by who is called SPEAKER_TEXT; its article says nothing of it, but for the date."""

    class Meta:
        model = Quotation

    article = factory.SubFactory(ArticleFactory)
    start = factory.Sequence(lambda n: n * 1000)
    end = factory.LazyAttribute(lambda quotation: quotation.start + len(quotation.text))
    text = "إن الأبواب مفتوحة"
    kind = Quotation.Kind.REPORTED
    speaker_text = "سامية الخطيب"
    listed_at = factory.LazyAttribute(lambda quotation: quotation.article.listed_at)
