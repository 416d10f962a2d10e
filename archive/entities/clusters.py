"""Clusters of words that stand in the same company, learned from texts without any labels.

The predictive exchange algorithm: each word goes, over and over, to the cluster in which its neighbours on both sides
are foretold best (Uszkoreit and Brants, 2008). Surnames, towns and titles end up among their like, whether anybody
has labelled them or not.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import log

from archive.text.tokenize import word_list

MIN_COUNT = 8
"""So often a word must occur: the company of a rarer one says little."""

NEIGHBOURS = 3_000
"""So many of the most frequent words count as company."""

SETTLED = 0.02
"""When fewer than this share of words move, they have settled."""


def learn_clusters(
    texts: Iterable[str],
    *,
    words: int,
    clusters: int,
    rounds: int = 6,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, int]:
    """Return the cluster of each of the most frequent WORDS of TEXTS, folded, of so many CLUSTERS.

    TELL is called after each round with its number, and of how many. It takes about half a minute a round for 12,000
    words of two million.
    """
    company = _company([word_list(text) for text in texts], words)
    vocabulary = list(company)
    cluster_of = {word: number % clusters for number, word in enumerate(vocabulary)}
    exchange = _Exchange(company, cluster_of, clusters)
    for number in range(rounds):
        moved = sum(map(exchange.move, vocabulary))
        tell(number + 1, rounds)
        if moved <= SETTLED * len(vocabulary):
            break
    return cluster_of


def _company(lines: Sequence[list[str]], count: int) -> dict[str, Counter[str]]:
    """For each of the COUNT most frequent words the words before it and behind it, with how often."""
    totals = Counter(word for line in lines for word in line)
    frequent = {word for word, _count in totals.most_common(NEIGHBOURS)}
    company: dict[str, Counter[str]] = {
        word: Counter() for word, occurrences in totals.most_common(count) if occurrences >= MIN_COUNT
    }
    for line in lines:
        for one, other in pairwise(line):
            if other in company and one in frequent:
                company[other][f"<{one}"] += 1
            if one in company and other in frequent:
                company[one][f">{other}"] += 1
    return {word: near for word, near in company.items() if near}


class _Exchange:
    """Which word is in which cluster, and how often each neighbour stands beside each cluster."""

    def __init__(self, company: dict[str, Counter[str]], cluster_of: dict[str, int], clusters: int):
        self._company = company
        self._cluster_of = cluster_of
        self._totals = [0] * clusters
        self._beside: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        for word in company:
            self._put(word, cluster_of[word])

    def move(self, word: str) -> bool:
        """Put WORD where it does best; tell whether that is another cluster than before."""
        before = self._cluster_of[word]
        self._take(word, before)
        best = self._best(word)
        self._put(word, best)
        self._cluster_of[word] = best
        return best != before

    def _best(self, word: str) -> int:
        """The cluster that gains most by WORD: in n log n of its neighbours, less that of the cluster itself."""
        near = self._company[word]
        gains = [0.0] * len(self._totals)
        for neighbour, count in near.items():
            alone = count * log(count)
            for cluster, beside in self._beside[neighbour].items():
                gains[cluster] += (beside + count) * log(beside + count) - beside * log(beside) - alone
        added = near.total()
        for cluster, total in enumerate(self._totals):
            gains[cluster] -= (total + added) * log(total + added) - (total * log(total) if total else 0.0)
        return max(range(len(gains)), key=gains.__getitem__)

    def _put(self, word: str, cluster: int) -> None:
        self._totals[cluster] += self._company[word].total()
        for neighbour, count in self._company[word].items():
            self._beside[neighbour][cluster] += count

    def _take(self, word: str, cluster: int) -> None:
        self._totals[cluster] -= self._company[word].total()
        for neighbour, count in self._company[word].items():
            beside = self._beside[neighbour]
            if beside[cluster] == count:
                del beside[cluster]
            else:
                beside[cluster] -= count
