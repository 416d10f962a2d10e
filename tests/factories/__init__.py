"""Factories, one module per module of `archive.models`."""

from tests.factories.annotations import NameProposalFactory
from tests.factories.article import ArticleFactory, ArticleLinkFactory, CaptureFactory, ImageFactory
from tests.factories.copies import ArticleCopyFactory, CopyGroupFactory
from tests.factories.editing import SearchPinFactory, SynonymGroupFactory
from tests.factories.entity import AliasFactory, EntityFactory, MentionFactory
from tests.factories.quotation import QuotationFactory
from tests.factories.site import BannerFactory, SocialAccountFactory
from tests.factories.statistics import (
    DatasetFactory,
    DatasetFeedFactory,
    MeasureFactory,
    ObservationFactory,
    RegionFactory,
)
from tests.factories.stories import StoryFactory
from tests.factories.subscription import DeliveryFactory, SubscriberFactory, SubscriptionFactory
from tests.factories.taxonomy import AuthorFactory, SectionFactory, SourceFactory

__all__ = [
    "AliasFactory",
    "ArticleCopyFactory",
    "ArticleFactory",
    "ArticleLinkFactory",
    "AuthorFactory",
    "BannerFactory",
    "CaptureFactory",
    "CopyGroupFactory",
    "DatasetFactory",
    "DatasetFeedFactory",
    "DeliveryFactory",
    "EntityFactory",
    "ImageFactory",
    "MeasureFactory",
    "MentionFactory",
    "NameProposalFactory",
    "ObservationFactory",
    "QuotationFactory",
    "RegionFactory",
    "SearchPinFactory",
    "SectionFactory",
    "SocialAccountFactory",
    "SourceFactory",
    "StoryFactory",
    "SubscriberFactory",
    "SubscriptionFactory",
    "SynonymGroupFactory",
]
