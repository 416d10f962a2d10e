"""How many messages are written, prepared and sent in a minute.

    bench/deliveries
    bench/deliveries --messages 2000 --processes 1 2

So many subscribers want important news, and one important article comes out. Measured are the announcement, which
writes a message for each into the outbox; preparing them, from the row to the bytes of a mail, as each process does
it; and sending them to a mail server of our own beside, by one process and by several at once, with everything that
is noted of each.
"""

import argparse
import asyncio
import multiprocessing
import time
from contextlib import contextmanager
from datetime import timedelta

from bench.database import database, set_up_django
from bench.figures import Clock, processor_clock, settle, wall_clock
from bench.subscribers import subscribe

BATCH = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000, help="how many (10,000)")
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2], help="how many send at once (1 2)")
    parser.add_argument("--clock", choices=["wall", "processor"], default="wall", help="of what is not sent (wall)")
    options = parser.parse_args()
    with database(), sink() as port:
        make_readers(options.messages)
        clock = wall_clock if options.clock == "wall" else processor_clock()
        show("announced, written into the outbox", options.messages, announce(clock))
        settle()
        show("prepared by one process", options.messages, prepare(clock))
        for count in options.processes:
            due_again()
            show(f"sent to a local server by {count}", options.messages, send(port, count))


def show(what: str, messages: int, seconds: float) -> None:
    print(f"{what:40}{seconds:8.1f} s {messages / seconds * 60:12,.0f} a minute", flush=True)


def make_readers(count: int) -> None:
    from archive.models import Channel, DeliveryChannel, Subscription

    DeliveryChannel.objects.create(channel=Channel.EMAIL, per_minute=0)
    subscribe([None] * count, Subscription.When.IMPORTANT)


def announce(clock: Clock) -> float:
    from django.utils import timezone

    from archive.models import Article, Source
    from archive.subscriptions.matching import announce_article

    now = timezone.now()
    article = Article.objects.create(
        title="وصول السفينة إلى الميناء القديم بعد غياب",
        summary="وصلت السفينة صباحًا وعلى متنها ركّاب من ثلاث مدن.",
        body="<p>رست السفينة في الميناء القديم عند السادسة.</p>" * 10,
        source=Source.objects.create(slug="bench", name="bench"),
        importance=Article.Importance.NOTABLE,
        published_at=now - timedelta(seconds=1),
        status=Article.Status.PUBLISHED,
    )
    started = clock()
    announce_article(article, at=now)
    return clock() - started


def prepare(clock: Clock) -> float:
    from django.utils import timezone

    from archive.models import Delivery
    from archive.subscriptions.channels.email import build
    from archive.subscriptions.common import Common
    from archive.subscriptions.messages import compose

    now, common, started = timezone.now(), Common(), clock()
    for delivery in Delivery.objects.select_related("subscriber").iterator(chunk_size=BATCH):
        build(compose(delivery, at=now, common=common)).message().as_bytes()
    return clock() - started


def due_again() -> None:
    from archive.models import Delivery

    Delivery.objects.update(state=Delivery.State.DUE, attempts=0)


def send(port: int, processes: int) -> float:
    from django.db import connection

    connection.close()
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes + 1)
    senders = [context.Process(target=_send, args=(port, ready)) for _number in range(processes)]
    for sender in senders:
        sender.start()
    ready.wait()
    started = time.perf_counter()
    for sender in senders:
        sender.join()
    return time.perf_counter() - started


def _send(port: int, ready) -> None:
    set_up_django()
    from django.conf import settings

    from archive.models import Channel
    from archive.subscriptions.channels import email
    from archive.subscriptions.outbox import deliver_due

    settings.EMAIL_BACKEND = "archive.subscriptions.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    ready.wait()
    deliver_due(Channel.EMAIL, email.opened, max_seconds=3600)


@contextmanager
def sink():
    """A mail server in a process of its own that takes everything and keeps nothing; gives its port."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_sink, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def _sink(pipe) -> None:
    from aiosmtpd.handlers import Sink
    from aiosmtpd.smtp import SMTP

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Sink(), loop=loop), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
