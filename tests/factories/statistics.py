"""Factories of archive.models.statistics, and a small dataset with all that figures can be."""

from datetime import date, timedelta

import factory

from archive.models import Dataset, DatasetFeed, Measure, Observation, Region

FIRST_DAY = date(2020, 5, 1)


class DatasetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dataset

    name = "حمّى الوادي"
    name_latin = "Valley fever"
    slug = "valley-fever"


class MeasureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Measure

    dataset = factory.SubFactory(DatasetFactory)
    slug = "confirmed"
    name = "الإصابات المؤكدة"
    name_latin = "Confirmed cases"


class RegionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ["code"]

    code = "LB"
    name = "لبنان"
    name_latin = "Lebanon"
    population = 5_000_000
    population_year = 2024


class ObservationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Observation

    measure = factory.SubFactory(MeasureFactory)
    region = factory.SubFactory(RegionFactory)
    date = FIRST_DAY
    value = 1


class DatasetFeedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DatasetFeed

    dataset = factory.SubFactory(DatasetFactory)
    url = "https://figures.example/table.csv"


def figures(measure: Measure, region: Region, values: list, first: date = FIRST_DAY) -> None:
    """Write VALUES of REGION, a day after the other from FIRST on."""
    Observation.objects.bulk_create(
        Observation(measure=measure, region=region, date=first + timedelta(days=day), value=value)
        for day, value in enumerate(values)
    )


def small_dataset() -> Dataset:
    """Two countries, two measures: with a day of silence, a correction, and one that never counts its deaths."""
    confirmed = MeasureFactory(position=1)
    deaths = MeasureFactory(dataset=confirmed.dataset, slug="deaths", name="الوفيات", name_latin="Deaths", position=2)
    lebanon = RegionFactory()
    syria = RegionFactory(code="SY", name="سوريا", name_latin="Syria", population=None, population_year=None)
    figures(confirmed, lebanon, [10, 14, None, 20, 18])
    figures(confirmed, syria, [1, 2, 3, 4, 6])
    figures(deaths, lebanon, [0, 0, 1, 1, 2])
    figures(deaths, syria, [None])
    return confirmed.dataset
