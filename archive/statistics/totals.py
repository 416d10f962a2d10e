"""Sums of figures over all regions: triggers keep them; here they are made anew, where figures came past those."""

from django.db import connection

ADD_UP = "SELECT measure_totals_v1(id, '-infinity') FROM archive_measure"


def add_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ADD_UP)
