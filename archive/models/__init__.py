"""Every table of the archive, one module per concept; import the public names from here."""

from archive.models.annotations import NameModel, NameProposal, RefusedName, UnannotatedArticle
from archive.models.announcements import HubAnnouncement
from archive.models.article import Article, ArticleLink, ArticleQuerySet, Capture, Image, visible_authors
from archive.models.copies import ArticleCopy, ArticleShingle, CopyGroup
from archive.models.dated_phrase import DatedPhrase, DatedPhraseQuerySet
from archive.models.decisions import EntityMerge, EntityPair, NameDecision
from archive.models.editing import SearchPin, Synonym, SynonymGroup
from archive.models.entity import Alias, Entity, EntityQuerySet, Mention, NameChange
from archive.models.feeds import Feed, FeedQuerySet
from archive.models.imports import ImportedRecord, ImportEntry, ImportRun, SetAsideRecord
from archive.models.networks import EntityCount, EntityNetwork
from archive.models.quotation import Quotation, QuotationQuerySet
from archive.models.search import (
    ArticleSearch,
    NameWord,
    SearchName,
    SearchStatistics,
    SearchTerm,
    SearchWord,
    UnlearnedArticle,
)
from archive.models.site import Banner, SiteSettings, SocialAccount
from archive.models.stories import RefusedLink, Story, StoryArticle, StoryQuerySet
from archive.models.taxonomy import Author, Section, Source

__all__ = [
    "Alias",
    "Article",
    "ArticleCopy",
    "ArticleLink",
    "ArticleQuerySet",
    "ArticleSearch",
    "ArticleShingle",
    "Author",
    "Banner",
    "Capture",
    "CopyGroup",
    "DatedPhrase",
    "DatedPhraseQuerySet",
    "Entity",
    "EntityCount",
    "EntityMerge",
    "EntityNetwork",
    "EntityPair",
    "EntityQuerySet",
    "Feed",
    "FeedQuerySet",
    "HubAnnouncement",
    "Image",
    "ImportEntry",
    "ImportRun",
    "ImportedRecord",
    "Mention",
    "NameChange",
    "NameDecision",
    "NameModel",
    "NameProposal",
    "NameWord",
    "Quotation",
    "QuotationQuerySet",
    "RefusedLink",
    "RefusedName",
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
    "Story",
    "StoryArticle",
    "StoryQuerySet",
    "Synonym",
    "SynonymGroup",
    "UnannotatedArticle",
    "UnlearnedArticle",
    "visible_authors",
]
