"""The API's quotations."""

import pytest

from archive.annotating import annotate
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, QuotationFactory

pytestmark = pytest.mark.django_db


def test_a_quotation_says_what_where_and_who(client):
    article = ArticleFactory(body="<p>قالت سامية الخطيب إن الأبواب مفتوحة.</p>")
    speaker = EntityFactory(name="سامية الخطيب", name_latin="Samia Khatib")
    MentionFactory(article=article, entity=speaker, start=5, end=17)
    annotate([article.pk])
    answer = client.get("/api/v1/quotations").json()
    assert answer["count"] == {"value": 1, "exact": True}
    (said,) = answer["results"]
    assert article.text[said["start"] : said["end"]] == said["text"] == "إن الأبواب مفتوحة"
    assert (said["kind"], said["source_kind"], said["speaker"]["id"]) == ("reported", None, speaker.pk)
    assert said["speaker_words"] == {"start": 5, "end": 17, "text": "سامية الخطيب"}
    assert said["article"]["id"] == article.pk
    (same,) = client.get(f"/api/v1/articles/{article.pk}").json()["quotations"]
    assert same == {name: value for name, value in said.items() if name != "article"}


def test_words_and_speaker_narrow(client):
    QuotationFactory(text="إن الأبواب مفتوحة", speaker_text="سامية")
    QuotationFactory(text="إن الأبواب مغلقة", speaker_text="مصدر")
    answer = client.get("/api/v1/quotations", {"q": "أبواب", "speaker": "مصدر"}).json()
    assert [said["text"] for said in answer["results"]] == ["إن الأبواب مغلقة"]


def test_a_bad_period_is_a_problem(client):
    response = client.get("/api/v1/quotations", {"from": "غد"})
    assert (response.status_code, response.json()["detail"][0]["field"]) == (422, "from")


def test_an_article_tells_the_days_that_it_names(client):
    article = ArticleFactory(body="<p>تعقد في 21 كانون الأول 2018.</p>")
    annotate([article.pk])
    (days,) = client.get(f"/api/v1/articles/{article.pk}").json()["dates"]
    assert article.text[days["start"] : days["end"]] == "21 كانون الأول 2018"
    assert (days["first_day"], days["last_day"]) == ("2018-12-21", "2018-12-21")
