import gzip

import pytest

from bench.retrieval import figures, lines


def test_figures_of_known_ranks():
    report = figures([[1], [3], [0], [50]], [1, 1, 1, 1])

    assert report["MRR@10"] == pytest.approx((1 + 1 / 3) / 4)
    assert report["nDCG@10"] == pytest.approx((1 + 0.5) / 4)
    assert (report["recall@10"], report["recall@100"], report["nothing found"]) == (0.5, 0.75, 0.25)


def test_several_relevant_documents_share_the_recall():
    report = figures([[1, 2, 40]], [4])

    assert (report["MRR@10"], report["recall@10"], report["recall@100"]) == (1, 0.5, 0.75)


def test_collections_may_be_compressed(tmp_path):
    (tmp_path / "plain.jsonl").write_text('{"id": "١"}\n', encoding="utf-8")
    with gzip.open(tmp_path / "packed.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"id": "١"}\n')

    assert list(lines(tmp_path / "plain.jsonl")) == list(lines(tmp_path / "packed.jsonl.gz")) == [{"id": "١"}]
