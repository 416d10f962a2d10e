"""Names: their networks, new ones in old articles, entities that may be one, how they sound."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from archive.entities.deciding import forget_mentioned
from archive.entities.sounding import sound_waiting
from archive.entities.variants import find_pairs
from archive.models import Entity
from archive.networks.drawing import count_entities, draw_stale
from archive.relinking import articles_to_relink, articles_with_names, relink
from archive.tasks.queue import defer_unless_waiting
from archive.text.normalize import words

DRAWING_SECONDS = 20
"""Other jobs do not wait longer for networks to be drawn."""


def request_networks() -> None:
    """Let the worker count the names and draw what stands with them, unless it is about to."""
    defer_unless_waiting(keep_networks)


@app.periodic(cron="*/5 * * * *")
@app.task(name="networks", pass_context=True, lock="networks", queueing_lock="networks")
def keep_networks(context: JobContext, timestamp: int = 0) -> None:
    """Every five minutes, and when asked: names are counted anew, and the networks that have changed are drawn.

    What one job does not get done is left to another, so that others' jobs come in between.
    """
    count_entities()
    if draw_stale(DRAWING_SECONDS, stopping=context.should_abort):
        request_networks()


def request_relinking(entity: Entity) -> None:
    """Let the worker link the archive's articles to ENTITY, whose names have changed, unless it is about to."""
    name = f"relink-{entity.pk}"
    defer_unless_waiting(relink_entity.configure(lock=name, queueing_lock=name), entity_id=entity.pk)


@app.task(name="relink")
def relink_entity(*, entity_id: int) -> None:
    """Link an entity where its names stand; what waited to be decided there is decided with that."""
    entity = Entity.objects.filter(pk=entity_id).first()
    if entity:
        relink([entity_id], articles_to_relink([entity_id]))
        forget_mentioned(entity)


def request_relinking_name(name: str) -> None:
    """Let the worker bring the archive's articles in line with NAME, which was refused, or is no longer."""
    key = words(name)
    lock = f"relink-name-{key}"
    defer_unless_waiting(relink_name.configure(lock=lock, queueing_lock=lock), key=key)


@app.task(name="relink_name")
def relink_name(*, key: str) -> None:
    """Link anew the articles that hold a name, folded: where it was refused, nobody is meant by it."""
    relink([], articles_with_names({key}))


def request_pairs() -> None:
    """Let the worker look for entities that may be one, unless it is about to."""
    defer_unless_waiting(find_pairs_now)


@app.task(name="pairs_now", lock="pairs", queueing_lock="pairs")
def find_pairs_now() -> None:
    find_pairs()


@app.periodic(cron="43 2 * * *")
@app.task(name="pairs", lock="pairs", queueing_lock="pairs")
def find_pairs_nightly(timestamp: int) -> None:
    """Each night: look for entities that may be one."""
    find_pairs()


@app.periodic(cron="* * * * *")
@app.task(name="sound", pass_context=True, queueing_lock="sound")
def sound_new(context: JobContext, timestamp: int) -> None:
    """Each minute: sound the words of new names."""
    sound_waiting(stopping=context.should_abort)
