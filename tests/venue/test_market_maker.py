from __future__ import annotations

from paradex_venue.events import BookChanged, Traded
from paradex_venue.market_maker import DEPTH, MarketMaker
from tests.venue.world import BTC, World


def run(seed: int, seconds: float = 20.0) -> World:
    world = World()
    MarketMaker(world.exchange, seed, 0.1).start()
    world.clock.advance(seconds)
    return world


def test_a_seed_repeats_every_book_and_every_trade() -> None:
    first = run(1, 5.0).events
    assert run(1, 5.0).events == first
    assert run(2, 5.0).events != first


def test_books_are_full_at_once_and_stay_so() -> None:
    world = run(1, 0.0)
    for _ in range(100):
        for book in world.engine.books.values():
            assert len(book.levels("BUY")) >= DEPTH - 4
            assert len(book.levels("SELL")) >= DEPTH - 4
        world.clock.advance(0.1)


def test_the_market_lives() -> None:
    world = run(3)
    assert len(world.heard(Traded)) > 50
    assert len({event.bid for event in world.heard(BookChanged)}) > 50
    mark, reference = world.engine.marks[BTC], world.exchange.markets[BTC].reference
    assert 0 < abs(mark - reference) < reference / 10


def test_quotes_lie_on_the_markets_grid() -> None:
    world = run(4)
    for symbol, market in world.exchange.markets.items():
        for side in ("BUY", "SELL"):
            for price, size in world.engine.books[symbol].levels(side):
                assert price % market.tick == 0
                assert size % market.increment == 0


def test_a_stopped_market_maker_leaves_the_books_alone() -> None:
    world = World()
    maker = MarketMaker(world.exchange, 1, 0.1)
    maker.start()
    world.clock.advance(1.0)
    maker.stop()
    world.events.clear()
    world.clock.advance(5.0)
    assert world.events == []
    assert len(world.engine.books[BTC].levels("BUY")) > 0


def test_houses_keep_nothing_but_what_is_live() -> None:
    world = run(5)
    live = sum(len(account.live) for account in world.exchange.accounts.values())
    assert len(world.exchange.orders) == live
    assert all(account.fills == [] == account.orders for account in world.engine.accounts.values())
