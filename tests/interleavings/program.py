"""The program under exploration: the real `Orders`, its charts and its tasks, with one order.

Sockets, clock and event loop are replaced by calls that wait until they are answered. So the
program is a function: what it holds and what it is brought give what it holds next, and tells.
"""

from __future__ import annotations

from collections.abc import (
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Hashable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from paradex_adapter import inquiry
from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.facts import OrderFact
from paradex_adapter.errors import OutcomeUnknown, VenueError
from paradex_adapter.order_entry import Body
from paradex_adapter.orders import CHANGE_WINDOW_MS, VALIDITY_GRACE_MS, Orders
from paradex_adapter.resync import bring, take_snapshot
from paradex_adapter.terms import Draft
from paradex_adapter.wire.rest import Account, Change, Fill, Order
from statecharts import Record, Step, Unexpected
from tests.interleavings.likeness import Leaf, likeness
from tests.interleavings.scenario import Scenario
from tests.interleavings.words import (
    CLIENT_ID,
    MARKET,
    FillWord,
    OrderWord,
    Request,
    as_binary,
    as_json,
    half,
)

LAPSED_AT = CHANGE_WINDOW_MS + VALIDITY_GRACE_MS + 1
"""ms; the venue's time when whatever was signed at 0 is void."""

type Call = Request | str
"""What a task waits for: the answer to a request or to a question, its turn, or a moment."""

type Happening = Hashable
"""What the program may be brought, see `Program._happen`."""


class UnexpectedEventError(Exception):
    """A chart was brought what it does not list."""


class _Waiting:
    """Suspends a task until the call is answered."""

    def __init__(self, call: Call) -> None:
        self.call = call

    def __await__(self) -> Generator[Call, Any, Any]:
        return (yield self.call)


class _Rest(Leaf):
    """The endpoints that orders ask. The venue's clock is ours."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    async def system_time(self) -> int:
        return int(self._clock() * 1000)

    async def order(self, venue_order_id: str) -> Any:
        return await _Waiting("order")

    async def order_by_client_id(self, client_id: str) -> Any:
        return await _Waiting("open order")

    async def orders_history(self, **asked: object) -> Any:
        return await _Waiting("history")

    async def fills(self, *asked: object, **also: object) -> Any:
        return await _Waiting("fills")

    async def open_orders(self) -> Any:
        return await _Waiting("open orders")

    async def positions(self) -> list[object]:
        return []

    async def balances(self) -> list[object]:
        return []

    async def account(self) -> Account | None:
        return None


class _Line(Leaf):
    """Where one waits for one's turn, and a question for others; or need not."""

    def __init__(self, is_long: bool) -> None:
        self._is_long = is_long

    async def turn(self) -> None:
        if self._is_long:
            await _Waiting("turn")

    async def sleep(self, secs: float) -> None:
        """As `anyio` has it."""
        if self._is_long:
            await _Waiting("moment")


class _Entry(Leaf):
    """Order entry. A request waits for its turn, is signed, and leaves."""

    def __init__(self, line: _Line) -> None:
        self._line = line

    async def create(self, bodies: Mapping[str, Body]) -> Mapping[str, Order]:
        return {name: await self._sent("create", body) for name, body in bodies.items()}

    async def modify(self, venue_order_id: str, body: Body) -> Order:
        order: Order = await self._sent("modify", body)
        return order

    async def cancel(self, venue_order_ids: Sequence[str]) -> Mapping[str, None]:
        await self._line.turn()
        await _Waiting(Request("cancel"))
        return dict.fromkeys(venue_order_ids)

    async def _sent(self, kind: str, body: Body) -> Any:
        await self._line.turn()
        signed: Any = body()
        size, price = int(signed["size"]), int(Decimal(signed["price"]) * 2)
        return await _Waiting(Request(kind, size, price, signed["signature_timestamp"]))


class _Signer(Leaf):
    """Signs nothing."""

    def order(self, **fields: object) -> str:
        return ""

    modify = order


class _Timer(Leaf):
    """A running timer; `name` is the chart's and the event's."""

    def __init__(self, timers: _Timers, name: str, callback: Callable[[], None]) -> None:
        self.timers, self.name, self.callback = timers, name, callback

    def cancel(self) -> None:
        self.timers.running.pop(self.name, None)


class _Timers(Leaf):
    """Timers fire when they are told to."""

    def __init__(self) -> None:
        self.running: dict[str, _Timer] = {}

    def start(self, delay: float, callback: Callable[[], None]) -> _Timer:
        name = _name(callback)
        assert name not in self.running, f"{name} runs already"
        timer = self.running[name] = _Timer(self, name, callback)
        return timer

    def fire(self, name: str) -> None:
        self.running.pop(name).callback()


def _name(callback: Any) -> str:
    """A driver's timer is a closure over the driver and the letter it will post."""
    names, cells = callback.__code__.co_freevars, callback.__closure__
    driver = cells[names.index("self")].cell_contents
    letter = cells[names.index("letter")].cell_contents
    return f"{driver.name.split()[0]}'s {letter.event}"


class _Tasks(Leaf):
    """Tasks run when the step that started them is over, each until it waits."""

    def __init__(self) -> None:
        self.fresh: list[Coroutine[Any, Any, object]] = []
        self.waiting: list[tuple[Call, Coroutine[Any, Any, object]]] = []

    def start_soon(self, work: Callable[..., Awaitable[object]], *args: object) -> None:
        self.fresh.append(work(*args))

    def run(self) -> None:
        while self.fresh:
            coroutine = self.fresh.pop(0)
            call = _advance(coroutine.send, None)
            if call is not None:
                self.waiting.append((call, coroutine))

    def answer(self, index: int, value: object) -> bool:
        """Resume a task; whether it waits again, in the same place."""
        _, coroutine = self.waiting[index]
        resume = coroutine.throw if isinstance(value, Exception) else coroutine.send
        call = _advance(resume, value)
        if call is None:
            del self.waiting[index]
            return False
        self.waiting[index] = (call, coroutine)
        return True


def _advance(resume: Callable[[Any], Any], value: object) -> Call | None:
    try:
        return resume(value)
    except StopIteration:
        return None


class Program(Leaf):
    """One life of the program, from the submit on. `bring` it what happens; read what it holds."""

    def __init__(self, rules: Scenario) -> None:
        self._rules = rules
        self._tasks = _Tasks()
        self._timers = _Timers()
        self._now = 0.0
        self._rest: Any = _Rest(lambda: self._now)
        self._states: dict[str, str] = {}
        self.told: list[OrderFact] = []
        self.orders = Orders(
            self._rest,
            _Entry(_Line(rules.queues)),
            _Signer(),
            self._tasks,
            self._timers,
            lambda: self._now,
            self.told.append,
            backoff=Backoff(1.0, 1.0),
            observe=self._observe,
        )
        self.orders.session_ready()
        self._submit()
        self._tasks.run()

    def bring(self, happening: Happening) -> tuple[int | None, ...]:
        """What became of each call: the index it had before, None for a new one. What is told
        meanwhile is in `told`."""
        self.told.clear()
        places: list[int | None] = list(range(len(self._tasks.waiting)))
        match happening:
            case ("answer", int() | str() as call, answer):
                index = call if isinstance(call, int) else self._index(call)
                places[index] = None
                if not self._tasks.answer(index, _value(answer)):
                    del places[index]
            case _:
                self._happen(happening)
        self._tasks.run()
        return *places, *[None] * (len(self._tasks.waiting) - len(places))

    @property
    def calls(self) -> tuple[Call, ...]:
        """What tasks wait for, oldest task first."""
        return tuple(call for call, _ in self._tasks.waiting)

    @property
    def timers(self) -> tuple[str, ...]:
        return tuple(sorted(self._timers.running))

    @property
    def order(self) -> str:
        """Where the order's chart is."""
        return self._states[f"order {CLIENT_ID}"]

    @property
    def command(self) -> str:
        """Where the command's chart is."""
        return self._states.get(f"command {CLIENT_ID}", "idle")

    @property
    def likeness(self) -> Hashable:
        coroutines = tuple(coroutine for _, coroutine in self._tasks.waiting)
        return self._now, self.timers, self.calls, likeness(self.orders, coroutines)

    def __del__(self) -> None:
        for _, coroutine in self._tasks.waiting:
            coroutine.close()

    def _index(self, kind: str) -> int:
        """The first call of that kind."""
        kinds = [call.kind if isinstance(call, Request) else call for call in self.calls]
        return kinds.index(kind)

    def _submit(self) -> None:
        create = self._rules.create
        self.orders.submit(
            Draft(
                client_order_id=CLIENT_ID,
                market=MARKET,
                side="BUY",
                type=self._rules.type,
                size=str(create.size),
                price=str(half(create.price)),
                instruction=self._rules.instruction,
            )
        )

    def _happen(self, happening: Happening) -> None:  # noqa: C901 - a table: one arm each
        match happening:
            case ("word", OrderWord() as word):
                self._order_seen(self._pushed(word))
            case ("word", FillWord() as word):
                self._fill_seen(self._pushed(word))
            case ("lost",):
                self.orders.session_lost()
            case ("ready",):
                self.orders.session_ready()
                self._tasks.start_soon(self._reconcile)
            case ("reconcile",):
                self._tasks.start_soon(self._reconcile)
            case ("doubt",):
                self.orders.doubt(CLIENT_ID)
            case ("lapse",):
                self._now = LAPSED_AT / 1000
            case ("timer", str(name)):
                self._timers.fire(name)
            case ("cancel",):
                self.orders.cancel(CLIENT_ID)
            case ("modify", int(size), int(price)):
                self.orders.modify(CLIENT_ID, Change(Decimal(size), half(price)))
            case ("misfit",):
                self.orders.refuse_change(CLIENT_ID, "QUANTITY_FILLED: it is filled already")
            case _:
                raise AssertionError(happening)

    async def _reconcile(self) -> None:
        """As `TradingAccount` does."""
        try:
            snapshot = await take_snapshot(self._rest, 0)
        except OutcomeUnknown:
            return
        bring(snapshot, self.orders, self._fill_seen, self._order_seen)

    def _order_seen(self, order: Order) -> None:
        self.orders.order_seen(CLIENT_ID, order)

    def _fill_seen(self, fill: Fill) -> None:
        self.orders.fill_seen(CLIENT_ID, fill)

    def _pushed(self, word: OrderWord | FillWord) -> Any:
        return as_binary(word) if self._rules.is_binary else as_json(word)

    def _observe(self, record: Record) -> None:
        match record:
            case Step():
                self._states[record.chart] = record.target[0]
            case Unexpected():
                raise UnexpectedEventError(f"{record.event} while {'+'.join(record.configuration)}")


def _value(answer: object) -> object:
    """An answer as the call returns it, or raises it."""
    match answer:
        case ("unknown",):
            return OutcomeUnknown("no answer")
        case ("refused", str(code)):
            return VenueError(code, "", 400)
        case ("order", None) | ("done",) | ("now",):
            return None
        case ("order", word):
            return as_json(word)
        case ("list", words):
            return [as_json(word) for word in words]
    raise AssertionError(answer)


@contextmanager
def without_a_loop(rules: Scenario) -> Iterator[None]:
    """Programs live in here."""
    real, inquiry.anyio = inquiry.anyio, _Line(rules.queues)
    try:
        yield
    finally:
        inquiry.anyio = real
