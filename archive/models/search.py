"""What search keeps: an entry beside each article, written by triggers, and statistics, counted now and then.

How they are used is in docs/search.md.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article
from archive.models.entity import Alias

POPULARITY = "floor(ln({} + 1) / ln(4))"
MAX_POPULARITY = 15
"""The class of popularity, in SQL, of what is in so many articles: from 0 up, the next for four times as many."""


def _popularity() -> Func:
    return Func(F("article_count"), template=POPULARITY.format("%(expressions)s"))


class ArticleSearch(models.Model):
    """The search entry of an article, in a narrow table of its own, written by `article_search_sync_v3`.

    VECTOR, CODES and LENGTH are those of `article_entries_v3`, KEYS those of `article_keys_v2`, PAIRS those of
    `article_pairs_v1`; VISIBLE_FROM is the time from which `ArticleQuerySet.published()` shows the article, None if
    never.
    """

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="search")
    vector = SearchVectorField()
    codes = ArrayField(models.IntegerField())
    length = models.IntegerField()
    keys = ArrayField(models.BigIntegerField())
    listed_at = models.DateTimeField()
    visible_from = models.DateTimeField(null=True)
    pairs = models.GeneratedField(
        expression=Func(F("vector"), function="article_pairs_v1"),
        output_field=ArrayField(models.SmallIntegerField()),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        indexes = [GinIndex(fields=["vector", "keys", "pairs"], name="search_vector_keys_pairs", fastupdate=False)]

    def __str__(self):
        return str(self.pk)


class SearchTerm(models.Model):
    """In how many articles a word stands at a level of analysis; NUMBER is `search_term_v2` of the two.

    TIER_COUNTS are those of them where it stands in the tiers 4, 5, 6, 7, 8, 9 and 10 or above; None for none.
    """

    number = models.IntegerField(primary_key=True)
    article_count = models.IntegerField()
    tier_counts = ArrayField(models.IntegerField(null=True), size=7)

    class Meta:
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")

    def __str__(self):
        return str(self.number)


class SearchStatistics(models.Model):
    """The archive as a whole when its words were last counted, in a single row.

    MONTHS are year * 12 + month - 1, of UTC, rising; MONTH_COUNTS are how many articles each has.
    """

    article_count = models.IntegerField()
    average_length = models.FloatField()
    months = ArrayField(models.IntegerField())
    month_counts = ArrayField(models.IntegerField())
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("search statistics")
        verbose_name_plural = _("search statistics")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="search_statistics_single")]

    def __str__(self):
        return str(self.counted_at)


class SearchWord(models.Model):
    """A word of the articles that readers may see, and how many of them have it in that SPELLING.

    SPELLING has hamzas as the newspapers write them and no tashkeel, FOLDED has none of these differences. Words with
    digits are left out, in an archive of 10,000 articles or more also those of a single one. `search_words_v1` writes
    them when words are counted.
    """

    spelling = models.TextField()
    folded = models.TextField()
    article_count = models.IntegerField()

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        constraints = [models.UniqueConstraint(fields=["spelling"], name="search_word_spelling")]
        indexes = [
            models.Index(OpClass(F("folded"), "text_pattern_ops"), name="search_word_folded"),
            models.Index(
                _popularity(),
                OpClass(F("folded"), "text_pattern_ops"),
                include=["article_count", "spelling"],
                name="search_word_popularity",
            ),
            GinIndex(
                OpClass(
                    Func(
                        F("folded"), function="search_neighbours_v1", output_field=ArrayField(models.IntegerField())
                    ),
                    "gin__int_ops",
                ),
                name="search_word_neighbours",
                # Words come thousands at a time, and in order of their numbers that takes a third; `count_words` then
                # leaves nothing pending.
                fastupdate=True,
            ),
        ]

    def __str__(self):
        return self.spelling


class UnlearnedArticle(models.Model):
    """An article whose words `search_words_v1` has yet to read. Triggers add one for every change.

    IS_COUNTED once the statistics count the article as it was then; one that readers may not see goes on waiting.
    """

    article_id = models.BigIntegerField()
    is_counted = models.BooleanField()

    class Meta:
        verbose_name = _("unlearned article")
        verbose_name_plural = _("unlearned articles")

    def __str__(self):
        return str(self.article_id)


class SearchName(models.Model):
    """A name as one may begin to type it, written by `search_names_sync_v1`: TURNED so that each of its words leads.

    ARTICLE_COUNT is how many articles its entity was in when words were last counted.
    """

    alias = models.ForeignKey(Alias, models.CASCADE, related_name="turns")
    turned = models.TextField()
    article_count = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("name as typed")
        verbose_name_plural = _("names as typed")
        indexes = [
            models.Index(
                _popularity(),
                OpClass(F("turned"), "text_pattern_ops"),
                include=["article_count", "alias"],
                name="search_name_popularity",
            ),
            # The best known names with a word, and of these the shortest, however many have it.
            models.Index(
                Func(F("turned"), Value(" "), Value(1), function="split_part"),
                F("article_count").desc(),
                Func(F("turned"), function="length"),
                name="search_name_leading",
            ),
        ]

    def __str__(self):
        return self.turned


class NameWord(models.Model):
    """A word of names, and the KEYS under which words that sound alike are found (`archive.text.sounds`).

    `name_words_v1` adds those that are new, by RULES that never were: they wait for `archive.entities.sounding`, as
    all do when its rules change. NAME_COUNT is how many names had the word then. A word may be there twice, where two
    transactions added it at once. What a word sounds like depends on nothing but itself: no row is ever out of date.
    """

    word = models.TextField()
    keys = ArrayField(models.TextField(), default=list)
    rules = models.SmallIntegerField(default=0)
    name_count = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("word of names")
        verbose_name_plural = _("words of names")
        indexes = [
            models.Index(fields=["word"], name="name_word_word"),
            models.Index(fields=["rules"], name="name_word_rules"),
            GinIndex(fields=["keys"], name="name_word_keys", fastupdate=False),
        ]

    def __str__(self):
        return self.word


class FruitlessSearch(models.Model):
    """Words that readers searched for in vain on a DAY, and how often. Who searched is kept nowhere."""

    words = models.CharField(_("words"), max_length=100)
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("count"), default=1)

    class Meta:
        verbose_name = _("search without results")
        verbose_name_plural = _("searches without results")
        constraints = [models.UniqueConstraint(fields=["day", "words"], name="fruitless_search_once_a_day")]

    def __str__(self):
        return self.words
