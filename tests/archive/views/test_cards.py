"""The pictures of articles and of the site."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from archive.cards.drawing import CARD_SIZE
from archive.models import Article, SiteSettings
from archive.views import cards
from tests.factories import ArticleFactory, ImageFactory, SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db


def address(article: Article) -> str:
    return f"/article/{article.pk}/card.png"


@pytest.fixture
def drawn(monkeypatch) -> list[cards.Card]:
    """The cards that were drawn."""
    found = []
    monkeypatch.setattr(cards, "draw", lambda card, photograph=None: found.append(card) or b"")
    return found


def test_an_article_has_a_picture(client):
    response = client.get(address(ArticleFactory()))
    assert response["Content-Type"] == "image/png"
    assert Image.open(BytesIO(response.content)).size == CARD_SIZE


def test_it_tells_what_is_known(client, drawn):
    article = ArticleFactory(title="محادثات", section=SectionFactory(name="سياسة"), source__name="الميناء")
    client.get(address(article))
    unknown = SourceFactory(slug="unknown")
    bare = ArticleFactory(title="خبر", section=None, source=unknown, undated=True)
    client.get(address(bare))
    month = ArticleFactory(title="شهر", section=None, source=unknown, date_precision="month")
    client.get(address(month), headers={"Accept-Language": "en"})
    assert drawn == [
        cards.Card("سِجِلّ", "محادثات", "سياسة", ("٢١\u00a0كانون\u00a0الأول (ديسمبر)\u00a0٢٠١٧", "الميناء")),
        cards.Card("سِجِلّ", "خبر"),
        cards.Card("سِجِلّ", "شهر", facts=("كانون\u00a0الأول (ديسمبر)\u00a0٢٠١٧",)),
    ]


def test_its_first_photograph_is_on_it(client):
    article = ArticleFactory()
    plain = client.get(address(article))
    ImageFactory(article=article, file="", url="https://example.org/p.jpg", width=None, height=None)
    image = ImageFactory(article=article)
    pictured = client.get(address(article), headers={"If-None-Match": plain["ETag"]})
    assert (pictured.status_code, pictured["ETag"] == plain["ETag"]) == (200, False)
    image.file.storage.delete(image.file.name)
    assert Image.open(BytesIO(client.get(address(article)).content)).size == CARD_SIZE


@pytest.mark.parametrize("state", ["draft", "withdrawn", "scheduled"])
def test_only_what_readers_see_has_one(client, state):
    article = ArticleFactory(status=state, published_at=timezone.now() + timedelta(hours=1))
    assert client.get(address(article)).status_code == 404


def test_it_is_not_drawn_again_for_who_has_it(client, drawn):
    article = ArticleFactory()
    first = client.get(address(article))
    again = client.get(address(article), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, len(drawn)) == (304, b"", 1)
    article.title = "عنوان مصحح"
    article.save()
    assert client.get(address(article), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_it_is_as_hidden_from_search_engines_as_its_article(client, drawn):
    shown, kept_out = ArticleFactory(), ArticleFactory(noindex=True)
    assert "X-Robots-Tag" not in client.get(address(shown))
    assert client.get(address(kept_out))["X-Robots-Tag"] == "noindex"


def test_the_site_has_one(client, drawn):
    SiteSettings.objects.create(name="الضفاف", tagline="أرشيف النهر")
    assert client.get("/card.png").status_code == 200
    assert drawn == [cards.Card("الضفاف", "أرشيف النهر")]
