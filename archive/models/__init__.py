"""Every table of the archive, one module per concept; import the public names from here."""

from archive.models.annotations import NameModel, NameProposal, RefusedName, UnannotatedArticle
from archive.models.announcements import HubAnnouncement
from archive.models.article import Article, ArticleLink, ArticleQuerySet, Capture, last_change, visible_authors
from archive.models.beside import Beside, with_beside
from archive.models.copies import ArticleCopy, ArticleShingle, CopyGroup
from archive.models.correction import Correction
from archive.models.dated_phrase import DatedPhrase, DatedPhraseQuerySet
from archive.models.decisions import EntityMerge, EntityPair, NameDecision
from archive.models.editing import SearchPin, Synonym, SynonymGroup
from archive.models.entity import Alias, Entity, EntityQuerySet, Mention, NameChange
from archive.models.feeds import Feed, Followed
from archive.models.image import Image, ImageQuerySet, ImageSizes, RemovedPicture, Rendition, take_away
from archive.models.imports import ImportedRecord, ImportEntry, ImportRun, SetAsideRecord
from archive.models.known_dates import TO_THE_DAY, TO_THE_MONTH, with_known_dates
from archive.models.links import OutgoingLink
from archive.models.networks import EntityCount, EntityNetwork
from archive.models.newsroom import BulkChange, FrontPageArticle, OpenArticle
from archive.models.pages import PageGeneration, StalePages
from archive.models.quotation import Quotation, QuotationQuerySet
from archive.models.reads import ArticleRead
from archive.models.redirects import Redirect
from archive.models.search import (
    ArticleSearch,
    FruitlessSearch,
    NameWord,
    SearchName,
    SearchStatistics,
    SearchTerm,
    SearchWord,
    UnlearnedArticle,
)
from archive.models.site import Banner, SiteSettings, SocialAccount
from archive.models.staff import AuditEntry, AuditSeal, StaffSession
from archive.models.statistics import (
    Dataset,
    DatasetFeed,
    DatasetQuerySet,
    Measure,
    MeasureTotal,
    Observation,
    Region,
)
from archive.models.stories import RefusedLink, Story, StoryArticle, StoryQuerySet
from archive.models.subscription import (
    Announcement,
    Channel,
    Consent,
    Delivery,
    DeliveryChannel,
    LatePlacing,
    RateCount,
    SavedSearch,
    SearchMatch,
    Subscriber,
    Subscription,
    SubscriptionTally,
)
from archive.models.taxonomy import Author, Section, Source
from archive.models.whatsapp import WhatsAppEvent, WhatsAppMessage

__all__ = [
    "TO_THE_DAY",
    "TO_THE_MONTH",
    "Alias",
    "Announcement",
    "Article",
    "ArticleCopy",
    "ArticleLink",
    "ArticleQuerySet",
    "ArticleRead",
    "ArticleSearch",
    "ArticleShingle",
    "AuditEntry",
    "AuditSeal",
    "Author",
    "Banner",
    "Beside",
    "BulkChange",
    "Capture",
    "Channel",
    "Consent",
    "CopyGroup",
    "Correction",
    "Dataset",
    "DatasetFeed",
    "DatasetQuerySet",
    "DatedPhrase",
    "DatedPhraseQuerySet",
    "Delivery",
    "DeliveryChannel",
    "Entity",
    "EntityCount",
    "EntityMerge",
    "EntityNetwork",
    "EntityPair",
    "EntityQuerySet",
    "Feed",
    "Followed",
    "FrontPageArticle",
    "FruitlessSearch",
    "HubAnnouncement",
    "Image",
    "ImageQuerySet",
    "ImageSizes",
    "ImportEntry",
    "ImportRun",
    "ImportedRecord",
    "LatePlacing",
    "Measure",
    "MeasureTotal",
    "Mention",
    "NameChange",
    "NameDecision",
    "NameModel",
    "NameProposal",
    "NameWord",
    "Observation",
    "OpenArticle",
    "OutgoingLink",
    "PageGeneration",
    "Quotation",
    "QuotationQuerySet",
    "RateCount",
    "Redirect",
    "RefusedLink",
    "RefusedName",
    "Region",
    "RemovedPicture",
    "Rendition",
    "SavedSearch",
    "SearchMatch",
    "SearchName",
    "SearchPin",
    "SearchStatistics",
    "SearchTerm",
    "SearchWord",
    "Section",
    "SetAsideRecord",
    "SiteSettings",
    "SocialAccount",
    "Source",
    "StaffSession",
    "StalePages",
    "Story",
    "StoryArticle",
    "StoryQuerySet",
    "Subscriber",
    "Subscription",
    "SubscriptionTally",
    "Synonym",
    "SynonymGroup",
    "UnannotatedArticle",
    "UnlearnedArticle",
    "WhatsAppEvent",
    "WhatsAppMessage",
    "last_change",
    "take_away",
    "visible_authors",
    "with_beside",
    "with_known_dates",
]
