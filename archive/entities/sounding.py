"""Words of names are sounded: each gets the keys under which words that sound alike are found.

Words that are new, and all after a change of the rules, wait in `archive_nameword`; the worker sounds them each
minute, `sound_names` at once. Meanwhile they are found too, if they are not too many (`archive.entities.names`).
"""

from collections.abc import Callable

from django.db import connection, transaction

from archive.text.sounds import RULES, sound_keys

WORDS_PER_BATCH = 1_000

WAITING = """
SELECT word, (SELECT count(*) FROM archive_searchname WHERE split_part(turned, ' ', 1) = waiting.word)
FROM (
    SELECT id, word FROM archive_nameword WHERE rules < %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) AS waiting
"""

# Of a word that two transactions added at once.
TWINS = """
DELETE FROM archive_nameword AS twin USING archive_nameword AS kept
WHERE twin.word = kept.word AND twin.id > kept.id AND kept.word = ANY (%s)
"""

WRITE = """
WITH sounded AS (
    SELECT word, string_to_array(keys, ' ') AS keys, name_count
    FROM unnest(%(words)s::text[], %(keys)s::text[], %(counts)s::integer[]) AS sounded (word, keys, name_count)
)
UPDATE archive_nameword AS known SET keys = sounded.keys, name_count = sounded.name_count, rules = %(rules)s
FROM sounded WHERE known.word = sounded.word
"""


def sound_waiting(tell: Callable[[int], None] = lambda done: None, *, stopping=lambda: False) -> int:
    """Sound the words that wait, until none does or STOPPING; return how many. TELL is told after each batch."""
    done = 0
    while not stopping() and (count := _sound_batch()):
        done += count
        tell(done)
    return done


@transaction.atomic
def _sound_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [RULES, WORDS_PER_BATCH])
        counted = dict(cursor.fetchall())
        if counted:
            words = sorted(counted)
            cursor.execute(TWINS, [words])
            cursor.execute(
                WRITE,
                {
                    "words": words,
                    "keys": [" ".join(sound_keys(word)) for word in words],
                    "counts": [counted[word] for word in words],
                    "rules": RULES,
                },
            )
    return len(counted)


def sound_anew() -> None:
    """Let every word wait, to be counted and sounded again."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_nameword SET rules = 0")
