from datetime import UTC, datetime

from archive.caching.kept_pages import OVERHEAD_BYTES, KeptPage, PageStore

NOW = datetime(2020, 6, 15, tzinfo=UTC)


def page(size: int = 1000) -> KeptPage:
    return KeptPage(b"x" * size, {}, ("chrome",), ((1,),), NOW, NOW)


def test_those_that_nobody_asked_for_longest_go_first():
    store = PageStore(3 * page().size_bytes)
    for key in "abc":
        store.put(key, page())
    store.get("a")
    store.put("d", page())
    assert [key for key in "abcd" if store.get(key)] == ["a", "c", "d"]


def test_a_page_in_the_place_of_another_takes_its_room_alone():
    store = PageStore(2 * page().size_bytes)
    store.put("a", page())
    for _ in range(5):
        store.put("b", page())
    assert store.get("a")
    assert len(store) == 2


def test_what_is_larger_than_the_store_is_not_kept():
    store = PageStore(OVERHEAD_BYTES)
    store.put("a", page())
    assert (store.get("a"), len(store)) == (None, 0)
