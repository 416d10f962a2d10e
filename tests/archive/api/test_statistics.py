import pytest

from archive.models import Dataset, Observation
from tests.factories import DatasetFactory
from tests.factories.statistics import small_dataset

pytestmark = pytest.mark.django_db

DATASET = "/api/v1/datasets/valley-fever"


@pytest.fixture
def dataset() -> Dataset:
    return small_dataset()


def test_datasets_are_listed_and_shown(client, dataset, django_assert_num_queries):
    DatasetFactory(slug="empty", name="فارغة")
    DatasetFactory(slug="hidden", name="مخفية", visible=False)
    Dataset.objects.filter(pk=dataset.pk).update(source_name="وزارة الصحة", licence="CC BY 4.0", position=-0)
    client.get("/api/v1/")  # What stands around every page is known from then on.
    with django_assert_num_queries(4):
        results = client.get("/api/v1/datasets").json()["results"]
    assert [one["slug"] for one in results] == ["valley-fever", "empty"]
    shown = client.get(DATASET).json()
    assert shown == results[0]
    assert shown.pop("changed_at").endswith("Z")
    assert shown == {
        "slug": "valley-fever",
        "name": "حمّى الوادي",
        "name_latin": "Valley fever",
        "description": "",
        "description_latin": "",
        "source_name": "وزارة الصحة",
        "source_url": None,
        "licence": "CC BY 4.0",
        "licence_url": None,
        "url": "/statistics/valley-fever/",
        "csv_url": "/statistics/valley-fever/figures.csv",
        "json_url": "/statistics/valley-fever/figures.json",
        "measures": [
            {"slug": slug, "name": name, "name_latin": latin, "unit": "", "kind": "total"}
            for slug, name, latin in (
                ("confirmed", "الإصابات المؤكدة", "Confirmed cases"),
                ("deaths", "الوفيات", "Deaths"),
            )
        ],
        "first_date": "2020-05-01",
        "last_date": "2020-05-05",
        "region_count": 2,
        "is_demo": False,
    }
    assert (results[1]["first_date"], results[1]["region_count"], results[1]["measures"]) == (None, 0, [])


def test_observations_are_narrowed_and_paged(client, dataset):
    Observation.objects.filter(value=18).update(note="تصحيح")
    page = client.get(f"{DATASET}/observations?region=LB&measure=confirmed&from=2020-05-03&page_size=2&page=2").json()
    assert (page["count"], page["page"], page["page_size"]) == ({"value": 3, "exact": True}, 2, 2)
    assert page["results"] == [
        {
            "date": "2020-05-05",
            "measure": "confirmed",
            "region": {"code": "LB", "name": "لبنان", "name_latin": "Lebanon", "population": 5_000_000},
            "value": 18.0,
            "note": "تصحيح",
        }
    ]
    silent = client.get(f"{DATASET}/observations?region=LB&measure=confirmed&from=2020-05-03&to=2020-05-03").json()
    assert silent["results"][0]["value"] is None


@pytest.mark.parametrize(
    ("address", "status", "field"),
    [
        ("/api/v1/datasets/none", 404, "slug"),
        ("/api/v1/datasets/hidden/observations", 404, "slug"),
        (f"{DATASET}/observations?measure=moons", 422, "measure"),
        (f"{DATASET}/observations?region=XX", 422, "region"),
        (f"{DATASET}/observations?from=soon", 422, "from"),
        (f"{DATASET}/observations?page_size=1000", 422, "page_size"),
    ],
)
def test_what_is_not_there_is_said(client, dataset, address, status, field):
    DatasetFactory(slug="hidden", visible=False)
    response = client.get(address)
    assert (response.status_code, [one["field"] for one in response.json()["detail"]]) == (status, [field])
