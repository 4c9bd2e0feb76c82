"""What stands at the top of the book is told, also where nothing happens."""

from __future__ import annotations

from dataclasses import replace

import anyio
import pytest
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.objects import Price, Quantity

from paradex_adapter import ParadexDataClient
from paradex_adapter.wire.markets import Bbo
from paradex_venue import Venue
from paradex_venue.faults import RestRule
from tests.adapter.conftest import QUIET
from tests.adapter.node import ASKS, BIDS, BTC, MARKET, PATIENCE, Desk, trading

pytestmark = pytest.mark.anyio

CHANNEL = f"bbo.{MARKET}"
QUESTION = f"/bbo/{MARKET}"


def told(quote: QuoteTick) -> tuple[str, str, str, str]:
    return (
        str(quote.bid_price),
        str(quote.bid_size),
        str(quote.ask_price),
        str(quote.ask_size),
    )


STANDING = ("94990.0", "1.00000", "95010.0", "1.00000")


@pytest.mark.parametrize("versions", [(), (3,)], ids=["json", "binary"])
async def test_a_market_in_which_nothing_happens_has_a_quote(
    anyio_backend: str, versions: tuple[int, ...]
) -> None:
    async with (
        Venue(replace(QUIET, sbe_versions=versions)) as venue,
        trading(venue, execution=None) as desk,
    ):
        venue.control.fill_book(MARKET, BIDS, ASKS)
        desk.probe.subscribe_quote_ticks(BTC)
        await desk.until(lambda: desk.probe.quotes)
        assert [told(quote) for quote in desk.probe.quotes] == [STANDING]
        assert 0 < desk.probe.quotes[0].ts_event <= desk.probe.quotes[0].ts_init


async def test_an_answer_that_a_change_has_overtaken_is_not_told(
    desk: Desk, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = RestRule(kind="slow", path=QUESTION, seconds=0.1)
    venue.control.add_fault(rule)
    answers = listen(desk, monkeypatch)
    desk.probe.subscribe_quote_ticks(BTC)
    with anyio.fail_after(PATIENCE):
        while rule.count:
            await anyio.lowlevel.checkpoint()
    venue.control.fill_book(MARKET, [("94995.5", "2")], ASKS)
    await desk.until(lambda: desk.probe.quotes)
    with anyio.fail_after(PATIENCE):
        while not answers:
            await anyio.lowlevel.checkpoint()
    assert answers[0].bid == "94990"
    venue.control.fill_book(MARKET, [("94996.5", "2")], ASKS)
    await desk.until(lambda: str(desk.probe.quotes[-1].bid_price) == "94996.5")
    assert [str(quote.bid_price) for quote in desk.probe.quotes] == ["94995.5", "94996.5"]


def listen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Bbo]:
    """The answers to the question for the top of the book, once they were dealt with."""
    (feed,) = (each._feed for each in desk.clients if isinstance(each, ParadexDataClient))
    answers: list[Bbo] = []
    deal_with = feed.quote_asked

    def listening(bbo: Bbo) -> None:
        deal_with(bbo)
        answers.append(bbo)

    monkeypatch.setattr(feed, "quote_asked", listening)
    return answers


async def test_changes_go_on_from_the_answer(desk: Desk, venue: Venue) -> None:
    probe = desk.probe
    probe.subscribe_quote_ticks(BTC)
    await desk.until(lambda: probe.quotes)
    for bid in ("94991", "94992", "94993"):
        venue.control.fill_book(MARKET, [(bid, "1")], ASKS)
    await desk.until(lambda: len(probe.quotes) == 4)
    bids = [quote.bid_price.as_double() for quote in probe.quotes]
    assert bids == [94990, 94991, 94992, 94993]


async def test_what_changed_while_the_session_was_lost_is_told(desk: Desk, venue: Venue) -> None:
    probe = desk.probe
    probe.subscribe_quote_ticks(BTC)
    await desk.until(lambda: probe.quotes and desk.is_active(CHANNEL))
    venue.control.cut("public")
    await desk.until(lambda: desk.states[f"subscription {CHANNEL}"] == "idle")
    venue.control.fill_book(MARKET, [("94999", "4")], ASKS)
    await desk.until(lambda: probe.quotes[-1].bid_price == Price.from_str("94999.0"))
    assert probe.quotes[-1].bid_size == Quantity.from_str("4.00000")


@pytest.mark.parametrize("kind", ["reset", "fail", "limit"])
async def test_a_question_without_an_answer_is_asked_again(
    desk: Desk, venue: Venue, kind: str
) -> None:
    venue.control.add_fault(RestRule(kind=kind, path=QUESTION))
    desk.probe.subscribe_quote_ticks(BTC)
    await desk.until(lambda: desk.probe.quotes)
    assert told(desk.probe.quotes[0]) == STANDING


async def test_a_question_that_is_refused_costs_nothing_but_its_answer(
    desk: Desk, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = RestRule(kind="refuse", path=QUESTION, status=400, code="MARKET_NOT_FOUND")
    venue.control.add_fault(rule)
    desk.probe.subscribe_quote_ticks(BTC)
    with anyio.fail_after(PATIENCE):
        while rule.count:
            await anyio.lowlevel.checkpoint()
    venue.control.fill_book(MARKET, [("94995.5", "2")], ASKS)
    await desk.until(lambda: desk.probe.quotes)
    assert [str(quote.bid_price) for quote in desk.probe.quotes] == ["94995.5"]


async def test_who_subscribes_again_is_told_again(desk: Desk, venue: Venue) -> None:
    probe = desk.probe
    for count in (1, 2):
        probe.subscribe_quote_ticks(BTC)
        await desk.until(lambda count=count: len(probe.quotes) == count)
        probe.unsubscribe_quote_ticks(BTC)
        await desk.until(lambda: desk.states[f"subscription {CHANNEL}"] == "released")
    assert [told(quote) for quote in probe.quotes] == [STANDING, STANDING]


async def test_a_book_with_an_empty_side_has_no_quote_until_it_fills(anyio_backend: str) -> None:
    async with Venue(QUIET) as venue, trading(venue, execution=None) as desk:
        venue.control.fill_book(MARKET, BIDS)
        desk.probe.subscribe_quote_ticks(BTC)
        await desk.until(lambda: desk.is_active(CHANNEL))
        venue.control.fill_book(MARKET, BIDS, ASKS)
        await desk.until(lambda: desk.probe.quotes)
        assert told(desk.probe.quotes[0]) == STANDING
