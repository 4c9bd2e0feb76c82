"""By which way commands go, and what becomes of them when a way fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from paradex_adapter.errors import OutcomeUnknown, RateLimited, Unauthorized, VenueError, WireError
from paradex_adapter.order_entry import RestOrderEntry, SessionOrderEntry
from paradex_adapter.transport.limiter import Limiter, Rate
from paradex_adapter.wire.batches import Canceled, Created
from paradex_adapter.wire.rest import decode
from tests.wire.test_batches import order

pytestmark = pytest.mark.anyio

TAKEN = {"order": order("a")}


class OneSession:
    """A session that answers every call with `answer`, or raises it."""

    def __init__(self, answer: object, takes_orders: bool = True) -> None:
        self.answer = answer
        self.takes_orders = takes_orders
        self.calls: list[tuple[str, Mapping[str, object]]] = []

    async def call(self, method: str, params: Mapping[str, object], timeout_secs: float) -> bytes:
        self.calls.append((method, params))
        if isinstance(self.answer, Exception):
            raise self.answer
        return msgspec.json.encode(self.answer)


class Desk:
    """REST that writes down what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []

    async def create_order(self, body: Callable[[], object]) -> object:
        self.asked.append(("create", body()))
        return decode(msgspec.json.encode(order("a")), Any)

    async def create_orders(self, body: Callable[[], object]) -> Created:
        self.asked.append(("create batch", body()))
        return Created([], [])

    async def modify_order(self, venue_order_id: str, body: Callable[[], object]) -> object:
        self.asked.append(("modify", body()))
        return venue_order_id

    async def cancel_order(self, venue_order_id: str) -> None:
        self.asked.append(("cancel", venue_order_id))

    async def cancel_orders(self, venue_order_ids: list[str]) -> Canceled:
        self.asked.append(("cancel batch", venue_order_ids))
        return Canceled([])


class Bodies:
    """Bodies of the orders a, b, …: which were made, in their order."""

    def __init__(self, names: str) -> None:
        self.made: list[str] = []
        self.by_name = {name: self._of(name) for name in names}

    def _of(self, name: str) -> Callable[[], dict[str, object]]:
        def body() -> dict[str, object]:
            self.made.append(name)
            return {"client_id": name}

        return body


def entry(session: OneSession, limiter: Limiter | None = None) -> tuple[SessionOrderEntry, Desk]:
    desk = Desk()
    fallback = RestOrderEntry(desk)  # type: ignore[arg-type]
    return SessionOrderEntry(session, fallback, limiter or Limiter()), desk  # type: ignore[arg-type]


async def waiting(meanwhile: Callable[[], None]) -> Limiter:
    """A limiter that lets the next request wait, in no time, while something happens."""
    now = [0.0]

    async def sleep(seconds: float) -> None:
        meanwhile()
        now[0] += seconds

    limiter = Limiter(Rate(1, 60), clock=lambda: now[0], sleep=sleep)
    await limiter.acquire()
    return limiter


async def everything(way: SessionOrderEntry, names: str = "a") -> None:
    ids = [f"venue's {name}" for name in names]
    await way.create(Bodies(names).by_name)
    await way.modify(ids[0], lambda: {"id": ids[0]})
    await way.cancel(ids)


# Over the session


async def test_one_order_goes_by_itself_and_several_go_in_a_batch() -> None:
    session = OneSession({**TAKEN, "results": []})
    way, desk = entry(session)
    await everything(way, "a")
    await everything(way, "ab")
    assert session.calls == [
        ("order.create", {"client_id": "a"}),
        ("order.modify", {"id": "venue's a"}),
        ("order.cancel", {"id": "venue's a"}),
        ("order.create_batch", {"orders": [{"client_id": "a"}, {"client_id": "b"}]}),
        ("order.modify", {"id": "venue's a"}),
        ("order.cancel_batch", {"order_ids": ["venue's a", "venue's b"]}),
    ]
    assert desk.asked == []


async def test_each_order_of_a_batch_has_its_own_outcome() -> None:
    answer = {"results": [{"order": order("a")}, {"error": "ORDER_SIZE_BELOW_MIN"}]}
    way, _ = entry(OneSession(answer))
    outcomes = await way.create(Bodies("ab").by_name)
    assert outcomes["a"].id == "venue's a"
    assert outcomes["b"].code == "ORDER_SIZE_BELOW_MIN"


async def test_each_request_costs_one_permit_however_many_orders_it_names() -> None:
    limiter = Limiter()
    way, _ = entry(OneSession({"results": []}), limiter)
    await way.create(Bodies("abcdefghij").by_name)
    assert limiter.figures.passed == 1


@pytest.mark.parametrize("command", ["create", "modify"])
async def test_a_body_is_made_when_the_turn_of_its_request_has_come(command: str) -> None:
    bodies = Bodies("a")

    def at_the_turn() -> None:
        assert bodies.made == []

    way, _ = entry(OneSession(TAKEN), await waiting(at_the_turn))
    if command == "create":
        await way.create(bodies.by_name)
    else:
        await way.modify("7", bodies.by_name["a"])
    assert bodies.made == ["a"]


@pytest.mark.parametrize("answer", [{"order": {"id": 7}}, {}, None, []])
async def test_an_answer_that_cannot_be_read_tells_nothing(answer: object) -> None:
    way, desk = entry(OneSession(answer))
    with pytest.raises(WireError):
        await way.create(Bodies("a").by_name)
    assert desk.asked == []


# By the other way


async def test_while_the_session_takes_no_orders_everything_goes_over_rest() -> None:
    session = OneSession(TAKEN, takes_orders=False)
    way, desk = entry(session)
    await everything(way, "a")
    await everything(way, "ab")
    assert session.calls == []
    assert [act for act, _ in desk.asked] == [
        *("create", "modify", "cancel"),
        *("create batch", "modify", "cancel batch"),
    ]


async def test_a_session_that_is_lost_while_a_request_waits_for_its_turn_is_not_used() -> None:
    session = OneSession(TAKEN)

    def meanwhile() -> None:
        session.takes_orders = False

    way, desk = entry(session, await waiting(meanwhile))
    await way.create(Bodies("a").by_name)
    assert session.calls == []
    assert desk.asked == [("create", {"client_id": "a"})]


@pytest.mark.parametrize(
    "error", [Unauthorized("40111", "invalid token"), VenueError("40300", "not signed in")]
)
async def test_what_the_session_refused_unseen_goes_over_rest_as_it_was_signed(
    error: VenueError,
) -> None:
    way, desk = entry(OneSession(error))
    bodies = Bodies("a")
    await way.create(bodies.by_name)
    await way.modify("7", lambda: {"id": "7"})
    await way.cancel(["7"])
    assert [act for act, _ in desk.asked] == ["create", "modify", "cancel"]
    assert bodies.made == ["a"]


@pytest.mark.parametrize(
    "error",
    [OutcomeUnknown("no reply"), RateLimited("42901"), VenueError("ORDER_IS_CLOSED", "")],
    ids=repr,
)
async def test_nothing_else_is_ever_sent_again_by_the_other_way(error: Exception) -> None:
    way, desk = entry(OneSession(error))
    for command in (
        way.create(Bodies("a").by_name),
        way.create(Bodies("ab").by_name),
        way.modify("7", lambda: {"id": "7"}),
        way.cancel(["7"]),
        way.cancel(["7", "8"]),
    ):
        with pytest.raises(type(error)):
            await command
    assert desk.asked == []


async def test_a_limit_the_venue_says_was_exceeded_holds_everybody_back() -> None:
    limiter = Limiter(Rate(100, 1.0))
    way, _ = entry(OneSession(RateLimited("42901")), limiter)
    with pytest.raises(RateLimited):
        await way.cancel(["7"])
    assert limiter.seconds_short() == pytest.approx(1.0, abs=0.1)
