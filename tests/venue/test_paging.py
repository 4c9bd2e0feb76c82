from __future__ import annotations

import pytest

from paradex_venue.paging import Cursors, Page
from paradex_venue.refusal import Refused

ITEMS = list(range(10))


def every(item: int) -> bool:
    return True


def pages(cursors: Cursors, query: dict[str, str], **options: object) -> list[list[int]]:
    results, cursor = [], ""
    while True:
        asked = query | ({"cursor": cursor} if cursor else {})
        page: Page[int] = cursors.page(ITEMS, options.get("accept", every), asked, "list")
        results.append(page.results)
        if page.next is None:
            return results
        cursor = page.next


def test_pages_follow_each_other_newest_first_without_gap_or_repetition() -> None:
    assert pages(Cursors(), {"page_size": "4"}) == [[9, 8, 7, 6], [5, 4, 3, 2], [1, 0]]


def test_an_exact_fit_has_no_empty_last_page() -> None:
    assert pages(Cursors(), {"page_size": "5"}) == [[9, 8, 7, 6, 5], [4, 3, 2, 1, 0]]


def test_filters_hold_across_pages() -> None:
    found = pages(Cursors(), {"page_size": "2"}, accept=lambda item: item % 3 == 0)
    assert found == [[9, 6], [3, 0]]


def test_what_arrives_meanwhile_does_not_shift_the_pages() -> None:
    cursors, items = Cursors(), list(ITEMS)
    first = cursors.page(items, every, {"page_size": "3"}, "list")
    items += [10, 11]
    assert first.next is not None
    second = cursors.page(items, every, {"page_size": "3", "cursor": first.next}, "list")
    assert second.results == [6, 5, 4]


def test_prev_leads_back() -> None:
    cursors = Cursors()
    first = cursors.page(ITEMS, every, {"page_size": "3"}, "list")
    second = cursors.page(ITEMS, every, {"page_size": "3", "cursor": first.next or ""}, "list")
    assert first.prev is None
    assert second.prev is not None
    again = cursors.page(ITEMS, every, {"page_size": "3", "cursor": second.prev}, "list")
    assert again.results == first.results


def test_items_that_were_dropped_are_not_missed() -> None:
    cursors = Cursors()
    first = cursors.page(ITEMS, every, {"page_size": "3"}, "list")
    query = {"page_size": "3", "cursor": first.next or ""}
    assert cursors.page(ITEMS[5:], every, query, "list", dropped=5).results == [6, 5]
    assert cursors.page([], every, query, "list", dropped=10).results == []


@pytest.mark.parametrize("changed", [{"market": "x"}, {"page_size": "4"}])
def test_a_cursor_is_good_for_its_own_query_only(changed: dict[str, str]) -> None:
    cursors = Cursors()
    cursor = cursors.page(ITEMS, every, {"page_size": "3"}, "list").next or ""
    with pytest.raises(Refused, match="cursor"):
        cursors.page(ITEMS, every, {"page_size": "3", "cursor": cursor} | changed, "list")
    with pytest.raises(Refused, match="cursor"):
        cursors.page(ITEMS, every, {"page_size": "3", "cursor": cursor}, "another list")


@pytest.mark.parametrize("cursor", ["x", "eyJ0aW1lIjoxfQ==", "AAAA" * 8])
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Refused, match="cursor"):
        Cursors().page(ITEMS, every, {"cursor": cursor}, "list")


@pytest.mark.parametrize("size", ["0", "1001", "-1", "ten", ""])
def test_a_page_has_from_one_to_a_thousand_results(size: str) -> None:
    with pytest.raises(Refused, match="page_size"):
        Cursors().page(ITEMS, every, {"page_size": size}, "list")
