"""`Orders`: an order chart and a command chart for every order of ours, at work on REST.

Composition only: it performs what the charts ask for, and brings them the venue's word from every
stream: replies, queries, the orders channel, the fills channel.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts.command import Command
from paradex_adapter.charts.facts import OrderAccepted, OrderFact, OrderKnown
from paradex_adapter.charts.order import Order
from paradex_adapter.charts.requests import (
    CancelOrder,
    CreateOrder,
    ModifyOrder,
    QueryOrder,
    ReviewOrder,
)
from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.gathering import Gathering
from paradex_adapter.inquiry import Finding, Inquiry, Question
from paradex_adapter.order_bodies import OrderBodies
from paradex_adapter.order_entry import OrderEntry
from paradex_adapter.terms import Adopted, Draft, Terms, terms_of
from paradex_adapter.transport.rest import Rest
from paradex_adapter.transport.tasks import Tasks
from paradex_adapter.wire import rest as wire
from paradex_adapter.wire.batches import LARGEST, CancelOutcome, Outcome
from paradex_adapter.wire.rest import Change
from paradex_adapter.wire.signing import Signer
from statecharts import Driver, Ports, Record, Step, Timers

KEPT_ENDED = 100
"""How many ended orders are remembered, so that a late word on one is recognised as such."""

VALIDITY_GRACE_MS = 2_000
"""How long after a create request became void it may still be on its way through the venue."""

CHANGE_WINDOW_MS = 300_000
"""How long after its signature the venue takes a change, which names no window of its own: its
default (documentation page "authentication")."""

NOT_SIGNED = 0
"""Until when an order that has not been sent may be executed."""

DUPLICATE = "DUPLICATED_CLIENT_ID"
EVENTS_OF_STATUS = {
    "NEW": ("acked", "amended"),
    "UNTRIGGERED": ("parked", "amended"),
    "OPEN": ("opened", "amended"),
    "CLOSED": ("amended", "closed"),
}
"""What a word on an order says. Terms are told while the order is live: after its acceptance and
before its end."""


@dataclass(slots=True)
class _Tracked:
    terms: Terms  # as submitted or adopted
    order: Driver[Order]
    command: Driver[Command]
    draft: Draft | None = None
    is_canceling: bool = False  # a cancel waits for its turn, or for its answer
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
        self._requests = Gathering(tasks, LARGEST)
        self._inquiry = Inquiry(rest, tasks, self._question, self._found, troubled)
        self._working: dict[str, _Tracked] = {}
        self._ended: OrderedDict[str, _Tracked] = OrderedDict()

    # The strategy's commands

    def submit(self, draft: Draft) -> None:
        """Send the order; everything that becomes of it is told. What was commanded of it before
        is carried out when its turn has come."""
        tracked = self._charts(draft.client_order_id, terms_of(draft))
        tracked.draft = draft
        tracked.order.dispatch("submit")

    def submit_all(self, drafts: Iterable[Draft]) -> None:
        """As `submit`, in batches: a batch costs one of the venue's permits."""
        with self._requests.together():
            for draft in drafts:
                self.submit(draft)

    def deny(self, client_order_id: str, reason: str) -> None:
        """Refuse the order here, with the reason."""
        tracked = self._charts(client_order_id, Terms("", "", "", Decimal(0), None))
        tracked.order.dispatch("deny", reason=reason)

    def cancel(self, client_order_id: str) -> None:
        """Cancel the order; `KeyError` when we do not know it."""
        self._of(client_order_id).command.dispatch("cancel")

    def cancel_all(self, client_order_ids: Iterable[str]) -> None:
        """As `cancel`, in batches; `KeyError` when we do not know one. An order that the venue is
        not known to have is canceled as soon as it is."""
        with self._requests.together():
            for client_order_id in client_order_ids:
                self.cancel(client_order_id)

    def modify(self, client_order_id: str, change: Change) -> None:
        """Change the order's terms; `KeyError` when we do not know it."""
        self._of(client_order_id).command.dispatch("modify", change=change)

    def refuse_change(self, client_order_id: str, reason: str) -> None:
        """Reject a change here, with the reason; `KeyError` when we do not know the order."""
        self._of(client_order_id).command.dispatch("misfit", reason=reason)

    def adopt(self, adopted: Adopted) -> None:
        """Answer for an order that this process did not send, or has not sent yet."""
        # It may have been signed just now: whoever sent it may have waited for its turn.
        latest = self._now_ms() + self._recv_window_ms + VALIDITY_GRACE_MS
        valid_until = max(adopted.valid_until, latest)
        tracked = self._charts(adopted.client_order_id, adopted.terms, valid_until)
        if adopted.venue_order_id:
            tracked.command.dispatch("known")
        tracked.order.dispatch(
            "adopt",
            venue_order_id=adopted.venue_order_id,
            filled_qty=adopted.filled_qty,
            fills=set(adopted.fills),
            has_triggered=adopted.has_triggered,
            was_submitted=adopted.was_submitted,
        )
        if adopted.is_cancel_pending:  # asked for in an earlier process: it goes on
            tracked.command.dispatch("cancel")

    # The venue's word

    def knows(self, client_order_id: str) -> bool:
        """Whether the order is ours: working, or lately ended."""
        return client_order_id in self._working or client_order_id in self._ended

    def is_superseded(self, client_order_id: str, venue_order_id: str) -> bool:
        """Whether the venue's order is an older one of the same name: the venue's ids grow."""
        known = self._of(client_order_id).order.chart.venue_order_id
        return (len(venue_order_id), venue_order_id) < (len(known), known)

    def is_working(self, client_order_id: str) -> bool:
        return client_order_id in self._working

    def is_undecided(self, client_order_id: str) -> bool:
        """Whether the venue has still to say if it takes the order, or whether it has it at all."""
        tracked = self._working.get(client_order_id)
        return tracked is not None and _is_in(tracked, "unconfirmed.")

    def told(self) -> Iterator[tuple[str, Decimal | None]]:
        """What was told as executed of each order; None while the venue is being asked for it."""
        for client_order_id, tracked in [*self._working.items(), *self._ended.items()]:
            is_in_doubt = _is_in(tracked, "unconfirmed.unknown", "live.stale", "settling")
            yield client_order_id, None if is_in_doubt else tracked.order.chart.filled_qty

    def order_seen(self, client_order_id: str, order: wire.Order) -> None:
        """The venue's word on an order we know; `KeyError` otherwise."""
        self._told(self._of(client_order_id), order)

    def fill_seen(self, client_order_id: str, fill: wire.Fill) -> None:
        """An execution of an order we know; `KeyError` otherwise."""
        self._executed(self._of(client_order_id), fill)

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
                self._requests.perform(self._create, client_order_id)
            case ModifyOrder(client_order_id, change, number):
                tracked = self._of(client_order_id)
                terms = self._changed(tracked, change)
                tracked.order.dispatch("change_sent", size=terms.size)
                self._tasks.start_soon(self._modify, tracked, terms, number)
            case CancelOrder(client_order_id):
                self._requests.perform(self._cancel, client_order_id)
            case QueryOrder(client_order_id):
                self._inquiry.ask(client_order_id)
            case ReviewOrder(client_order_id):
                self._of(client_order_id).doubts += 1
                self._inquiry.ask(client_order_id)
            case _:
                raise AssertionError(f"{what!r} is nothing an order can ask for")

    async def _create(self, client_order_ids: Sequence[str]) -> None:
        tracked = {name: self._of(name) for name in client_order_ids}
        bodies = {name: partial(self._sign, each) for name, each in tracked.items()}
        outcomes: Mapping[str, Outcome]
        try:
            outcomes = await self._entry.create(bodies)
        except (VenueError, OutcomeUnknown, WireError) as error:
            outcomes = dict.fromkeys(client_order_ids, error)
        with self._requests.together():
            for name, each in tracked.items():
                self._created(name, each, outcomes[name])

    def _sign(self, tracked: _Tracked) -> dict[str, object]:
        """What creates the order, made when its turn has come."""
        now_ms = self._now_ms()
        valid_until = now_ms + self._recv_window_ms + VALIDITY_GRACE_MS
        tracked.order.dispatch("sent", valid_until=valid_until)
        assert tracked.draft is not None
        return self._bodies.create(tracked.draft, now_ms)

    def _created(self, name: str, tracked: _Tracked, outcome: Outcome) -> None:
        match outcome:
            case VenueError() if outcome.code == DUPLICATE:
                tracked.order.receive("unanswered")  # there is one: find out what became of it
            case VenueError():
                tracked.order.receive("refused", error=outcome)
            case wire.Order():
                self._told(tracked, outcome)
            case _:
                self._troubled(f"create {name}", outcome)
                tracked.order.receive("unanswered")

    def _changed(self, tracked: _Tracked, change: Change) -> Terms:
        """The terms that the order is to have: what the change does not name stays."""
        known = tracked.order.chart
        whole = change.over(Change(known.quantity, known.price, known.trigger_price))
        return replace(
            tracked.terms,
            size=whole.size or known.quantity,
            price=whole.price,
            trigger_price=whole.trigger_price,
        )

    async def _modify(self, tracked: _Tracked, terms: Terms, number: int) -> None:
        command, venue_order_id = tracked.command, tracked.order.chart.venue_order_id

        def body() -> dict[str, object]:
            now_ms = self._now_ms()
            valid_until = now_ms + CHANGE_WINDOW_MS + VALIDITY_GRACE_MS
            command.dispatch("modify_signed", number=number, valid_until=valid_until)
            return self._bodies.modify(terms, venue_order_id, now_ms)

        try:
            order = await self._entry.modify(venue_order_id, body)
        except VenueError as error:
            command.receive("modify_refused", error=error, number=number)
        except (OutcomeUnknown, WireError) as error:
            self._troubled(f"modify {tracked.order.chart.client_order_id}", error)
            command.receive("modify_unanswered", number=number)  # the chart's timer asks
        else:
            request_id = order.request_info.id if order.request_info else ""
            command.receive("modify_queued", number=number, request_id=request_id)

    async def _cancel(self, client_order_ids: Sequence[str]) -> None:
        found = [self._of(name) for name in client_order_ids]
        idle = [each for each in found if not each.is_canceling]  # the chart's timer asks again
        by_id = {each.order.chart.venue_order_id: each for each in idle}
        if not by_id:
            return
        for each in idle:
            each.is_canceling = True
        outcomes: Mapping[str, CancelOutcome]
        try:
            outcomes = await self._entry.cancel(list(by_id))
        except (VenueError, OutcomeUnknown, WireError) as error:
            outcomes = dict.fromkeys(by_id, error)
        finally:
            for each in idle:
                each.is_canceling = False
        for venue_order_id, each in by_id.items():
            self._canceled(each, outcomes[venue_order_id])

    def _canceled(self, tracked: _Tracked, outcome: CancelOutcome) -> None:
        match outcome:
            case None:
                tracked.command.receive("cancel_queued")
            case VenueError():
                tracked.command.receive("cancel_refused", error=outcome)
            case _:
                name = tracked.order.chart.client_order_id
                self._troubled(f"cancel {name}", outcome)
                tracked.command.receive("cancel_unanswered")

    def _question(self, client_order_id: str) -> Question | None:
        if not self.is_working(client_order_id):
            return None  # what was missing has been told meanwhile
        tracked = self._of(client_order_id)
        chart, market = tracked.order.chart, tracked.terms.market
        return Question(
            client_order_id, market, chart.venue_order_id, chart.filled_qty, tracked.doubts
        )

    def _found(self, question: Question, finding: Finding) -> None:
        if not self.knows(question.client_order_id):
            return  # it ended, and was forgotten, while it was asked for
        tracked = self._of(question.client_order_id)
        for fill in finding.fills:
            self._executed(tracked, fill)
        if tracked.doubts != question.doubts:
            self._inquiry.ask(question.client_order_id)  # what was found is older than the doubt
        elif finding.order is None:
            tracked.order.receive("not_found", venue_time=finding.venue_time)
        else:
            self._told(tracked, finding.order, is_fresh=True)
            tracked.command.receive("inquired", venue_time=finding.venue_time)

    def _told(self, tracked: _Tracked, order: wire.Order, is_fresh: bool = False) -> None:
        """The venue's word on an order says where it is, on which terms, and what became of a
        change. `is_fresh`: it was asked for since the order was last doubted."""
        if tracked.terms.type != order.type:  # the venue has more types than Nautilus
            tracked.terms = replace(tracked.terms, type=order.type)
        if order.status == "OPEN":
            self._triggered(tracked, order.id, order.last_updated_at)
        for event in EVENTS_OF_STATUS[order.status]:
            tracked.order.receive(event, order=order, is_fresh=is_fresh)
        tracked.command.receive("informed", order=order)

    def _executed(self, tracked: _Tracked, fill: wire.Fill) -> None:
        self._triggered(tracked, fill.order_id, fill.created_at)
        tracked.order.receive("executed", fill=fill)

    def _triggered(self, tracked: _Tracked, venue_order_id: str, ts_event: int) -> None:
        """A conditional order that is on the book, or was executed, has been triggered."""
        if tracked.terms.trigger_price is not None:
            data = {"venue_order_id": venue_order_id, "ts_event": ts_event}
            tracked.order.receive("triggered", **data)

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

    def _charts(
        self, client_order_id: str, terms: Terms, valid_until: int = NOT_SIGNED
    ) -> _Tracked:
        """The order's charts: one pair for each, made when it is first heard of. That may be by a
        command on it: Nautilus does not send commands the way that it sends orders."""
        if not self.knows(client_order_id):
            self._working[client_order_id] = self._track(client_order_id, terms, valid_until)
        return self._of(client_order_id)

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
                trigger_price=terms.trigger_price,
            ),
            ports,
            lambda record: self._order_observed(client_order_id, record),
        )
        command = Driver(
            f"command {client_order_id}", Command(client_order_id), ports, self._observed
        )
        return _Tracked(terms, order, command)

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


def _is_in(tracked: _Tracked, *states: str) -> bool:
    return any(leaf.startswith(states) for leaf in tracked.order.chart.active_leaves)
