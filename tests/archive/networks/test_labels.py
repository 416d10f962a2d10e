import pytest

from archive.networks.labels import label_lines


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("جنيف", ["جنيف"]),
        ("الأمم المتحدة", ["الأمم المتحدة"]),
        ("مجلس الأمن الدولي", ["مجلس الأمن", "الدولي"]),
        ("المفوضية السامية لشؤون اللاجئين", ["المفوضية السا…\u200f", "لشؤون اللاجئين"]),
        ("Nebukadnezarstrasse", ["Nebukadnezars…"]),
    ],
)
def test_a_name_stands_in_two_lines_at_most(name, lines):
    assert label_lines(name, 14) == lines
