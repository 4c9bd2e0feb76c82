"""`Orders`: an order chart and a command chart for every order of ours, at work on REST.

Composition only: it performs what the charts ask for, and brings them the venue's word from every
stream: replies, queries, the orders channel, the fills channel.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.command import Command
from paradex_adapter.charts.facts import OrderAccepted, OrderFact, OrderKnown
from paradex_adapter.charts.order import Order
from paradex_adapter.charts.requests import CancelOrder, CreateOrder, ModifyOrder, QueryOrder
from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.order_bodies import OrderBodies
from paradex_adapter.order_entry import OrderEntry
from paradex_adapter.order_search import fills_of, find_order
from paradex_adapter.terms import Adopted, Draft, Terms, terms_of
from paradex_adapter.transport.rest import Rest
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.wire import rest as wire
from paradex_adapter.wire.rest import Change
from paradex_adapter.wire.signing import Signer
from statecharts import Driver, Ports, Record, Step, Timers

KEPT_ENDED = 100
"""How many ended orders are remembered, so that a late word on one is recognised as such."""

VALIDITY_GRACE_MS = 2_000
"""How long after a create request became void it may still be on its way through the venue."""

DUPLICATE = "DUPLICATED_CLIENT_ID"
EVENT_OF_STATUS = {"NEW": "acked", "UNTRIGGERED": "opened", "OPEN": "opened", "CLOSED": "closed"}


@dataclass(slots=True)
class _Tracked:
    terms: Terms  # as submitted or adopted
    order: Driver[Order]
    command: Driver[Command]
    draft: Draft | None = None
    is_asking: bool = False
    doubts: int = 0  # how often it was doubted: a question asked before tells nothing after


class Orders:
    """Every order of one account that this process answers for."""

    def __init__(
        self,
        rest: Rest,
        entry: OrderEntry,
        signer: Signer,
        tasks: Tasks,
        timers: Timers,
        clock: Callable[[], float],
        tell: Callable[[OrderFact], None],
        *,
        recv_window_ms: int = 10_000,
        backoff: Backoff = Backoff(),
        observe: Callable[[Record], None] | None = None,
        troubled: Callable[[str, Exception], None] = lambda what, error: None,
    ) -> None:
        self._rest = rest
        self._entry = entry
        self._bodies = OrderBodies(signer, recv_window_ms)
        self._tasks = tasks
        self._timers = timers
        self._clock = clock
        self._tell = tell
        self._recv_window_ms = recv_window_ms
        self._backoff = backoff
        self._observe = observe
        self._troubled = troubled
        self._is_watched = False
        self._working: dict[str, _Tracked] = {}
        self._ended: OrderedDict[str, _Tracked] = OrderedDict()

    # The strategy's commands

    def submit(self, draft: Draft) -> None:
        """Send the order; everything that becomes of it is told."""
        valid_until = self._now_ms() + self._recv_window_ms + VALIDITY_GRACE_MS
        tracked = self._track(draft.client_order_id, terms_of(draft), valid_until)
        tracked.draft = draft
        tracked.order.dispatch("submit")

    def deny(self, client_order_id: str, reason: str) -> None:
        """Refuse the order here, with the reason."""
        tracked = self._track(client_order_id, Terms("", "", "", Decimal(0), None), 0)
        tracked.order.dispatch("deny", reason=reason)

    def cancel(self, client_order_id: str) -> None:
        """Cancel the order; `KeyError` when we do not know it."""
        self._of(client_order_id).command.dispatch("cancel")

    def modify(self, client_order_id: str, change: Change) -> None:
        """Change the order's terms; `KeyError` when we do not know it."""
        self._of(client_order_id).command.dispatch("modify", change=change)

    def refuse_change(self, client_order_id: str, reason: str) -> None:
        """Reject a change here, with the reason; `KeyError` when we do not know the order."""
        self._of(client_order_id).command.dispatch("misfit", reason=reason)

    def adopt(self, adopted: Adopted) -> None:
        """Answer for an order that this process did not send."""
        tracked = self._track(adopted.client_order_id, adopted.terms, adopted.valid_until)
        if adopted.venue_order_id:
            tracked.command.dispatch("known")
        tracked.order.dispatch(
            "adopt",
            venue_order_id=adopted.venue_order_id,
            filled_qty=adopted.filled_qty,
            fills=set(adopted.fills),
        )

    # The venue's word

    def knows(self, client_order_id: str) -> bool:
        """Whether the order is ours: working, or lately ended."""
        return client_order_id in self._working or client_order_id in self._ended

    def is_working(self, client_order_id: str) -> bool:
        return client_order_id in self._working

    def order_seen(self, client_order_id: str, order: wire.Order) -> None:
        """The venue's word on an order we know; `KeyError` otherwise."""
        self._told(self._of(client_order_id), order)

    def fill_seen(self, client_order_id: str, fill: wire.Fill) -> None:
        """An execution of an order we know; `KeyError` otherwise. One that does not add up is of
        an order whose terms have changed since: to be told first, so the venue is asked."""
        tracked = self._of(client_order_id)
        sent = tracked.command.chart.sent
        if tracked.order.chart.adds_up(fill, sent.size if sent else None):
            tracked.order.receive("executed", fill=fill)
        else:
            self._doubt(tracked)

    def session_lost(self) -> None:
        """Words may be missed from now on."""
        self._is_watched = False
        self._broadcast("session_lost")

    def session_ready(self) -> None:
        """Words arrive again; what was missed is still missing."""
        self._is_watched = True
        self._broadcast("session_ready")

    def doubt(self, client_order_id: str) -> None:
        """Somebody asks what became of the order: ask the venue. `KeyError` when unknown here."""
        self._doubt(self._of(client_order_id))

    def _doubt(self, tracked: _Tracked) -> None:
        tracked.doubts += 1
        tracked.order.receive("doubted")

    def doubt_all_but(self, listed: Sequence[wire.Order]) -> None:
        """The venue's list of open orders was short of the other ones: ask for each."""
        names, ids = {order.client_id for order in listed}, {order.id for order in listed}
        for client_order_id, tracked in list(self._working.items()):
            if client_order_id not in names and tracked.order.chart.venue_order_id not in ids:
                self._doubt(tracked)

    @property
    def working(self) -> Sequence[str]:
        """The client ids of the orders that have not ended."""
        return list(self._working)

    def stop(self) -> None:
        """Forget every timer: nothing is asked any more."""
        for tracked in self._all():
            tracked.order.stop()
            tracked.command.stop()

    # What the charts ask for

    def _request(self, what: object) -> None:
        match what:
            case CreateOrder(client_order_id):
                tracked = self._working[client_order_id]
                assert tracked.draft is not None
                self._tasks.start_soon(self._create, tracked, tracked.draft, self._now_ms())
            case ModifyOrder(client_order_id, change):
                self._tasks.start_soon(self._modify, client_order_id, change, self._now_ms())
            case CancelOrder(client_order_id):
                self._tasks.start_soon(self._cancel, client_order_id)
            case QueryOrder(client_order_id):
                self._ask(client_order_id)
            case _:
                raise AssertionError(f"{what!r} is nothing an order can ask for")

    async def _create(self, tracked: _Tracked, draft: Draft, now_ms: int) -> None:
        try:
            order = await self._entry.create(self._bodies.create(draft, now_ms))
        except VenueError as error:
            if error.code == DUPLICATE:  # it says that there is one: find out what became of it
                tracked.order.receive("unanswered")
            else:
                tracked.order.receive("refused", error=error)
        except (OutcomeUnknown, WireError) as error:
            self._troubled(f"create {draft.client_order_id}", error)
            tracked.order.receive("unanswered")
        else:
            self._told(tracked, order)

    async def _modify(self, client_order_id: str, change: Change, now_ms: int) -> None:
        tracked = self._of(client_order_id)
        venue_order_id = tracked.order.chart.venue_order_id
        try:
            body = self._bodies.modify(tracked.terms, venue_order_id, change, now_ms)
            order = await self._entry.modify(venue_order_id, body)
        except VenueError as error:
            tracked.command.receive("modify_refused", error=error)
        except (OutcomeUnknown, WireError) as error:
            self._troubled(f"modify {client_order_id}", error)  # the chart's timer asks
        else:
            self._told(tracked, order)

    async def _cancel(self, client_order_id: str) -> None:
        tracked = self._of(client_order_id)
        venue_order_id = tracked.order.chart.venue_order_id
        try:
            await self._entry.cancel(venue_order_id, client_order_id, tracked.terms.market)
        except VenueError as error:
            tracked.command.receive("cancel_refused", error=error)
        except (OutcomeUnknown, WireError) as error:
            self._troubled(f"cancel {client_order_id}", error)
            tracked.command.receive("cancel_unanswered")
        else:
            tracked.command.receive("cancel_queued")

    def _ask(self, client_order_id: str) -> None:
        tracked = self._of(client_order_id)
        if not tracked.is_asking:  # one question at a time; the chart's timer asks again
            tracked.is_asking = True
            self._tasks.start_soon(self._query, client_order_id, tracked)

    async def _query(self, client_order_id: str, tracked: _Tracked) -> None:
        doubts = tracked.doubts
        try:
            # The clock first: what is not found after it reads `venue_time` did not exist then.
            venue_time = await self._rest.system_time()
            venue_order_id = tracked.order.chart.venue_order_id
            market = tracked.terms.market
            order = await find_order(self._rest, client_order_id, market, venue_order_id)
            fills = [] if order is None else await fills_of(self._rest, order)
        except (VenueError, OutcomeUnknown, WireError) as error:
            self._troubled(f"query {client_order_id}", error)
            return
        finally:
            tracked.is_asking = False
        if order is not None:
            tracked.order.receive("amended", order=order)
        for fill in fills:
            tracked.order.receive("executed", fill=fill)
        if tracked.doubts != doubts:
            self._ask(client_order_id)  # what was found is older than the doubt
        elif order is None:
            tracked.order.receive("not_found", venue_time=venue_time)
        else:
            self._told(tracked, order)

    def _told(self, tracked: _Tracked, order: wire.Order) -> None:
        """The venue's word on an order says where it is, on which terms, and what became of a
        change. Terms are told while the order is live: after its acceptance, before its end."""
        event = EVENT_OF_STATUS[order.status]
        events = ("amended", event) if event == "closed" else (event, "amended")
        for each in events:
            tracked.order.receive(each, order=order)
        tracked.command.receive("informed", order=order)

    # What the charts tell

    def _emit(self, fact: object) -> None:
        assert isinstance(fact, OrderFact)
        self._tell(fact)
        if isinstance(fact, OrderKnown | OrderAccepted):
            self._of(fact.client_order_id).command.receive("known")

    def _observed(self, record: Record) -> None:
        if self._observe is not None:
            self._observe(record)

    def _order_observed(self, client_order_id: str, record: Record) -> None:
        self._observed(record)
        if isinstance(record, Step) and record.target[0].startswith("ended."):
            self._retire(client_order_id)

    def _retire(self, client_order_id: str) -> None:
        tracked = self._working.pop(client_order_id, None)
        if tracked is None:
            return
        tracked.command.dispatch("order_ended")
        self._ended[client_order_id] = tracked
        if len(self._ended) > KEPT_ENDED:
            self._ended.popitem(last=False)

    def _track(self, client_order_id: str, terms: Terms, valid_until: int) -> _Tracked:
        ports = Ports(self._request, self._emit, self._timers)
        order = Driver(
            f"order {client_order_id}",
            Order(
                client_order_id,
                terms.size,
                terms.price,
                valid_until,
                self._is_watched,
                self._backoff,
            ),
            ports,
            lambda record: self._order_observed(client_order_id, record),
        )
        command = Driver(
            f"command {client_order_id}", Command(client_order_id), ports, self._observed
        )
        tracked = _Tracked(terms, order, command)
        self._working[client_order_id] = tracked
        return tracked

    def _of(self, client_order_id: str) -> _Tracked:
        return self._working.get(client_order_id) or self._ended[client_order_id]

    def _broadcast(self, event: str) -> None:
        for tracked in list(self._working.values()):
            tracked.order.receive(event)

    def _all(self) -> Iterator[_Tracked]:
        yield from self._working.values()
        yield from self._ended.values()

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)
