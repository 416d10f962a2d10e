"""What stands around an article, as it is now."""

from archive import relations
from archive.models import Article, Beside


def beside(article: Article) -> Beside:
    return Beside.of(Article.objects.get(pk=article.pk))


def copies(article: Article) -> list[Article]:
    """The copies that its page names."""
    around = beside(article)
    return around.seen(around.shown_copy_ids)


def story_part(article: Article) -> relations.StoryPart | None:
    return relations.story_part(beside(article))
