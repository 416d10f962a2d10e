"""Finding the copies of articles among all others, and keeping them in groups.

Whatever the size of the archive, a key leads to MAX_ARTICLES_OF_KEY articles at most, the newest ones, and of all
that are found so only the MAX_COMPARED that share the most keys, at least two, are read and compared.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db import connection, transaction

from archive import locks
from archive.copies.likeness import Shingled, likeness
from archive.models import Article, ArticleCopy, CopyGroup, ImportRun

MAX_ARTICLES_OF_KEY = 50
MAX_COMPARED = 12
BATCH_SIZE = 200
LOOKED_AT = 0
"""The key that every article has which was looked at."""

FORGET = "DELETE FROM archive_articleshingle WHERE article_id = ANY (%s)"
REMEMBER = """
INSERT INTO archive_articleshingle (key, article_id)
SELECT * FROM unnest(%s::bigint[], %s::bigint[]) ON CONFLICT DO NOTHING
"""
CANDIDATES = """
SELECT mine.article_id, other.article_id, count(*)
FROM unnest(%s::bigint[], %s::bigint[]) AS mine (key, article_id)
CROSS JOIN LATERAL (
    SELECT found.article_id FROM archive_articleshingle found WHERE found.key = mine.key
    ORDER BY found.article_id DESC LIMIT %s
) AS other
WHERE other.article_id <> mine.article_id
GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY 1, 3 DESC, 2
"""
NOT_LOOKED_AT = """
SELECT id FROM archive_article WHERE NOT EXISTS (
    SELECT FROM archive_articleshingle WHERE key = 0 AND article_id = archive_article.id
) ORDER BY id
"""

Progress = Callable[[int, int], None]


def find_copies(article_ids: Sequence[int], *, is_trial: bool = False) -> None:
    """Look for copies of the articles with ARTICLE_IDS, whose texts are new, and bring their groups in line.

    A trial, whose one transaction is taken back in the end, keeps nobody else from the groups.
    """
    ids = sorted(set(article_ids))
    if not ids:
        return
    with transaction.atomic():
        texts = shingled(ids)
        keys = remember(texts)
        found = _copies_of(keys, texts)
        if not is_trial and (any(found.values()) or ArticleCopy.objects.filter(article__in=ids).exists()):
            # What is read after it is what the one before has left.
            locks.hold(locks.Lock.COPY_GROUPS)
        _leave_groups(ids, found)
        groups = _Groups(found)
        for article_id in ids:
            for other_id, share in found.get(article_id, {}).items():
                groups.join(article_id, other_id, share)


def find_all_copies(progress: Progress, *, restart: bool = False) -> None:
    """Look for copies of every article that was not looked at, or of every one; killed, it goes on where it was."""
    with connection.cursor() as cursor:
        if restart:
            cursor.execute("DELETE FROM archive_articleshingle")
        cursor.execute(NOT_LOOKED_AT)
        ids = [article_id for (article_id,) in cursor]
    progress(0, len(ids))
    for start in range(0, len(ids), BATCH_SIZE):
        batch = ids[start : start + BATCH_SIZE]
        find_copies(batch)
        progress(start + len(batch), len(ids))


def shingled(ids: Iterable[int]) -> dict[int, Shingled]:
    """The texts of the articles with IDS, as they are compared."""
    return {pk: Shingled.of(text) for pk, text in Article.objects.filter(pk__in=ids).values_list("pk", "text")}


def remember(texts: dict[int, Shingled]) -> list[tuple[int, int]]:
    """Keep the keys of TEXTS in place of those they had; return them, each with its article's id."""
    keys = [(key, article_id) for article_id, text in sorted(texts.items()) for key in text.keys]
    rows = sorted(keys + [(LOOKED_AT, article_id) for article_id in texts])
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [list(texts)])
        cursor.execute(REMEMBER, _columns(rows))
    return keys


def _columns(rows: Sequence[tuple[int, int]]) -> list[str]:
    """The two columns of ROWS as PostgreSQL writes arrays: adapting thousands of numbers one by one takes long."""
    return [f"{{{','.join(map(str, column))}}}" for column in zip(*rows, strict=True)] or ["{}", "{}"]


def remember_all() -> None:
    """Keep the keys of every article, whose copies are known already."""
    ids = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH_SIZE):
        remember(shingled(ids[start : start + BATCH_SIZE]))


def _copies_of(keys: Sequence[tuple[int, int]], texts: dict[int, Shingled]) -> dict[int, dict[int, float]]:
    """Return by article the others that it is a copy of, the likest first, with their likeness."""
    compared: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, [*_columns(keys), MAX_ARTICLES_OF_KEY])
        for article_id, other_id, _count in cursor:
            if len(compared[article_id]) < MAX_COMPARED:
                compared[article_id].append(other_id)
    others = texts | shingled({other_id for found in compared.values() for other_id in found} - texts.keys())
    pairs = {frozenset((article_id, other_id)) for article_id, found in compared.items() for other_id in found}
    alike = {pair: likeness(*(others[one] for one in pair)) for pair in pairs}
    copies: dict[int, dict[int, float]] = {}
    for article_id, other_ids in compared.items():
        shares = ((alike[frozenset((article_id, other_id))], other_id) for other_id in other_ids)
        ranked = sorted(((share, other_id) for share, other_id in shares if share), key=lambda one: (-one[0], one[1]))
        copies[article_id] = {other_id: share for share, other_id in ranked}
    return copies


# --- Groups ---


def _leave_groups(ids: Sequence[int], found: dict[int, dict[int, float]]) -> None:
    """Take the articles with IDS out of the groups in which nothing is a copy of theirs any more."""
    for copy in ArticleCopy.objects.filter(article__in=ids, refused=False):
        others = ArticleCopy.objects.filter(group=copy.group_id).exclude(pk=copy.pk)
        if others.filter(refused=False, article__in=found.get(copy.article_id, {})).exists():
            continue
        if others.filter(refused=False).count() > 1:
            copy.delete()
        elif not others.filter(refused=True).exists():
            CopyGroup.objects.filter(pk=copy.group_id).delete()


class _Groups:
    """The groups in which the articles of a batch and their copies stand, and what becomes of them.

    An article joins a group when it is a copy of half of those in it: one like it would be enough to string texts
    together that have nothing in common, such as congratulations of one form.
    """

    def __init__(self, found: dict[int, dict[int, float]]):
        ids = found.keys() | {other_id for others in found.values() for other_id in others}
        copies = ArticleCopy.objects.filter(article__in=ids).values_list("article", "group", "refused")
        self._group: dict[int, int] = {}
        self._refused: set[tuple[int, int]] = set()
        for article_id, group_id, refused in copies:
            if refused:
                self._refused.add((article_id, group_id))
            else:
                self._group[article_id] = group_id
        self._alike = {frozenset((one, other)) for one, others in found.items() for other in others}
        self._members: dict[int, set[int]] = defaultdict(set)
        members = ArticleCopy.objects.filter(group__in=set(self._group.values()), refused=False)
        for group_id, article_id in members.values_list("group", "article"):
            self._members[group_id].add(article_id)

    def _belongs(self, article_id: int, group_id: int) -> bool:
        others = self._members[group_id] - {article_id}
        alike = sum(frozenset((article_id, other_id)) in self._alike for other_id in others)
        # No article is compared with more.
        return alike * 2 >= min(len(others), MAX_COMPARED)

    def join(self, article_id: int, other_id: int, share: float) -> None:
        """Bring two articles into one group, unless an editor has said that one of them is none of its copies."""
        mine, other = self._group.get(article_id), self._group.get(other_id)
        if mine and other:
            belong = mine != other and self._belongs(article_id, other) and self._belongs(other_id, mine)
            if belong and _merge(min(mine, other), max(mine, other)):
                self._group = {
                    one: min(mine, other) if group in (mine, other) else group for one, group in self._group.items()
                }
                self._members[min(mine, other)] |= self._members.pop(max(mine, other))
            return
        comers = [one for one in (article_id, other_id) if one not in self._group]
        group_id = mine or other
        if group_id is None:
            # Two that an editor has parted stay so, also when the rest of their group is gone.
            if self._refused and _were_parted(article_id, other_id):
                return
            group_id = CopyGroup.objects.create().pk
        elif any((comer, group_id) in self._refused or not self._belongs(comer, group_id) for comer in comers):
            return
        ArticleCopy.objects.bulk_create(
            ArticleCopy(group_id=group_id, article_id=comer, likeness=share) for comer in comers
        )
        self._group |= dict.fromkeys(comers, group_id)
        self._members[group_id].update(comers)


def _were_parted(article_id: int, other_id: int) -> bool:
    """Do both stand in one group in which an editor has refused one?"""
    shared = ArticleCopy.objects.filter(article=article_id).values("group")
    mine = ArticleCopy.objects.filter(article=article_id, group__in=shared, refused=True).values("group")
    others = ArticleCopy.objects.filter(article=other_id, refused=True).values("group")
    return (
        ArticleCopy.objects.filter(article=other_id, group__in=mine).exists()
        or ArticleCopy.objects.filter(article=article_id, group__in=others).exists()
    )


def _merge(group_id: int, other_id: int) -> bool:
    """Make two groups one, unless one refuses what stands in the other; return whether it was done."""
    copies = ArticleCopy.objects.filter(group__in=(group_id, other_id))
    articles = list(copies.values_list("article", flat=True))
    if len(articles) != len(set(articles)):
        return False
    copies.filter(group=other_id).update(group=group_id)
    CopyGroup.objects.filter(pk=other_id).delete()
    return True


# --- Imports side by side ---

MISSED = """
SELECT DISTINCT article_id FROM (
    SELECT mine.article_id
    FROM archive_importentry AS own
    JOIN archive_articleshingle AS mine ON mine.article_id = own.article_id AND mine.key <> 0
    JOIN archive_articleshingle AS theirs ON theirs.key = mine.key AND theirs.article_id <> mine.article_id
    JOIN archive_importentry AS others ON others.article_id = theirs.article_id
    WHERE own.run_id = %s AND others.run_id = ANY (%s)
    GROUP BY mine.article_id, theirs.article_id
    HAVING count(DISTINCT mine.key) > 1 AND NOT EXISTS (
        SELECT FROM archive_articlecopy AS copy JOIN archive_articlecopy AS other USING (group_id)
        WHERE copy.article_id = mine.article_id AND other.article_id = theirs.article_id)
) AS pairs
ORDER BY 1
"""


def find_missed_copies(run: ImportRun) -> None:
    """Look again at those articles of RUN that may have copies among what other runs wrote at the same time.

    Neither saw the other's before it was there to be seen; whichever ends last finds what both have.
    """
    beside = ImportRun.objects.exclude(pk=run.pk).filter(seen_at__gte=run.started_at)
    run_ids = list(beside.values_list("pk", flat=True))
    if not run_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(MISSED, [run.pk, run_ids])
        ids = [article_id for (article_id,) in cursor]
    for start in range(0, len(ids), BATCH_SIZE):
        find_copies(ids[start : start + BATCH_SIZE])
