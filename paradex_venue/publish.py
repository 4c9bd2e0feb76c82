"""From events to messages: who listens to which channel, and in which form each is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial

from paradex_adapter.wire import sbe
from paradex_venue import frames, life_shapes, market_shapes, private_frames, shapes
from paradex_venue.channels import SNAPSHOT_DEPTH, Channel
from paradex_venue.config import VenueConfig
from paradex_venue.events import (
    AccountChanged,
    BalanceMoved,
    BookChanged,
    Busted,
    Event,
    Filled,
    FundingMoved,
    FundingPaid,
    MarketMoved,
    OrderChanged,
    PositionChanged,
    Traded,
    TransactionMoved,
    TransferMoved,
)
from paradex_venue.exchange import Exchange
from paradex_venue.frames import Frame
from paradex_venue.records import Account, Order, Position
from paradex_venue.session import Session
from paradex_venue.shapes import Json

HEARTBEAT_S = 20.0

type Posting = FundingPaid | BalanceMoved | TransactionMoved | TransferMoved | Busted
type PrivateEvent = OrderChanged | Filled | PositionChanged | AccountChanged | Posting
type ToJson = Callable[[], Json]
type ToBinary = Callable[[], sbe.MarketMessage | sbe.AccountMessage]
type Forms = tuple[ToJson, ToBinary]


class Publisher:
    def __init__(self, exchange: Exchange, config: VenueConfig) -> None:
        self.sessions: dict[Session, None] = {}
        self._exchange = exchange
        self._summary_interval = config.summary_interval
        self._is_private_binary = config.sbe_private
        self._listeners: dict[str, dict[Session, None]] = {}
        # Markets whose snapshot channel has something new to tell, by channel name.
        self._dirty: set[str] = set()
        exchange.listeners.append(self._on_event)

    def start(self) -> None:
        self._exchange.clock.call_later(self._summary_interval, self._tell_summaries)
        self._exchange.clock.call_later(HEARTBEAT_S, self._beat)

    # ---- listening ----

    def add(self, session: Session) -> None:
        self.sessions[session] = None

    def remove(self, session: Session) -> None:
        self.sessions.pop(session, None)
        for listeners in self._listeners.values():
            listeners.pop(session, None)

    def subscribe(self, session: Session, channel: Channel) -> None:
        session.channels[channel.name] = channel
        self._listeners.setdefault(channel.name, {})[session] = None

    def unsubscribe(self, session: Session, name: str) -> None:
        del session.channels[name]
        del self._listeners[name][session]

    def welcome(self, session: Session, channel: Channel) -> None:
        """What a channel tells first: a book's deltas begin with the whole book."""
        if channel.feed == "deltas":
            self._tell_book((session,), channel, None)
        elif channel.feed == "snapshot":
            self._tell_book((session,), channel, SNAPSHOT_DEPTH)
        elif session.account is not None and self._exchange.rules.private_snapshot:
            for json, binary in self._state(session.account, channel):
                is_binary = self._is_private_binary
                self._send((session,), channel.name, json, binary if is_binary else None)

    # ---- telling ----

    def _on_event(self, event: Event) -> None:
        match event:
            case BookChanged():
                self._on_book(event)
            case Traded(trade):
                names = _names("trades", trade.market)
                json = partial(market_shapes.trade, trade)
                self._tell_public(names, json, partial(frames.trade, trade))
            case FundingMoved(state):
                names = _names("funding_data", state.market)
                json = partial(life_shapes.funding_data, state)
                self._tell_public(names, json, partial(frames.funding, state))
            case MarketMoved(market):
                json = partial(life_shapes.market_event, event)
                self._tell_public(("markets", f"markets.{market}"), json, None)
            case _:
                self._on_private_event(event)

    def _on_private_event(self, event: PrivateEvent) -> None:
        match event:
            case OrderChanged(order):
                self._on_order(order)
            case Filled(fill):
                names, json = _names("fills", fill.market), partial(shapes.fill, fill)
                binary = partial(private_frames.fill, fill)
                self._tell_private(fill.account, names, json, binary)
            case PositionChanged(position, mark):
                self._on_position(position, mark)
            case AccountChanged(address):
                self._on_account(address)
            case _:
                self._on_posting(event)

    def _on_posting(self, event: Posting) -> None:
        """What has no binary form."""
        match event:
            case FundingPaid(payment):
                json = partial(life_shapes.funding_payment, payment)
                names = _names("funding_payments", payment.market)
                self._tell_private(payment.account, names, json)
            case BalanceMoved(change):
                json = partial(life_shapes.balance_event, change)
                self._tell_private(change.account, ("balance_events",), json)
            case TransactionMoved(transaction):
                json = partial(life_shapes.transaction, transaction)
                self._tell_private(transaction.account, ("transaction",), json)
            case TransferMoved(transfer):
                json = partial(life_shapes.transfer, transfer)
                self._tell_private(transfer.account, ("transfers",), json)
            case Busted(bust):
                json = partial(life_shapes.trade_bust, bust)
                self._tell_private(bust.account, ("tradebusts",), json)

    def _on_book(self, event: BookChanged) -> None:
        deltas = f"order_book.{event.market}.deltas"
        json = partial(market_shapes.delta, event)
        self._tell_public((deltas,), json, partial(frames.delta, event))
        self._schedule_snapshots(event.market)
        if event.is_new_top:
            json = partial(market_shapes.bbo_event, event)
            names = _names("bbo", event.market)
            self._tell_public(names, json, partial(frames.bbo, event))

    def _on_order(self, order: Order) -> None:
        names = _names("orders", order.market)
        self._tell_private(order.account, names, *self._order(order))

    def _on_position(self, position: Position, mark: Decimal) -> None:
        forms = self._position(position, mark)
        self._tell_private(position.account, ("positions",), *forms)

    def _on_account(self, address: str) -> None:
        forms = self._account(self._exchange.accounts[address])
        self._tell_private(address, ("account",), *forms)

    def _order(self, order: Order) -> Forms:
        now = self._exchange.now_ms()
        return partial(shapes.order, order, now), partial(private_frames.order, order, now)

    def _position(self, position: Position, mark: Decimal) -> Forms:
        engine, now = self._exchange.engine, self._exchange.now_ms()
        margin = engine.margin(self._exchange.accounts[position.account])
        told = (position, margin, engine.markets[position.market], mark)
        return partial(shapes.position, *told), partial(private_frames.position, *told, now)

    def _account(self, account: Account) -> Forms:
        margin, now = self._exchange.engine.margin(account), self._exchange.now_ms()
        json = partial(shapes.account, account, margin)
        return json, partial(private_frames.account, account, margin, now)

    def _state(self, account: Account, channel: Channel) -> Iterator[Forms]:
        """What is true of an account that its channel would tell of."""
        engine = self._exchange.engine
        if channel.topic == "orders":
            live = [o for o in account.live.values() if channel.market in ("ALL", o.market)]
            yield from map(self._order, live)
        elif channel.topic == "positions":
            for position in account.positions.values():
                yield self._position(position, engine.marks[position.market])
        elif channel.topic == "account":
            yield self._account(account)

    def _tell_private(
        self, address: str, names: Iterable[str], json: ToJson, binary: ToBinary | None = None
    ) -> None:
        for name in names:
            listeners = self._listeners.get(name, {})
            mine = [s for s in listeners if s.account and s.account.address == address]
            self._send(mine, name, json, binary if self._is_private_binary else None)

    def _tell_public(self, names: Iterable[str], json: ToJson, binary: ToBinary | None) -> None:
        for name in names:
            self._send(tuple(self._listeners.get(name, ())), name, json, binary)

    def _send(
        self, sessions: Iterable[Session], name: str, json: ToJson, binary: ToBinary | None
    ) -> None:
        """Each session in its own form; a form is written once, however many want it."""
        written: dict[int | None, Frame] = {}
        for session in sessions:
            version = session.sbe_version if binary else None
            frame = written.get(version)
            if frame is None:
                if version is None or binary is None:
                    frame = frames.notification(name, json())
                else:
                    frame = sbe.encode(binary(), version=version)
                written[version] = frame
            session.push(name, frame)

    # ---- books at a pace ----

    def _schedule_snapshots(self, market: str) -> None:
        prefix = f"order_book.{market}.snapshot"
        for name, listeners in self._listeners.items():
            if listeners and name.startswith(prefix) and name not in self._dirty:
                channel = next(iter(listeners)).channels[name]
                self._dirty.add(name)
                self._exchange.clock.call_later(channel.rate, partial(self._tell_snapshot, channel))

    def _tell_snapshot(self, channel: Channel) -> None:
        self._dirty.discard(channel.name)
        sessions = tuple(self._listeners.get(channel.name, ()))
        self._tell_book(sessions, channel, SNAPSHOT_DEPTH)

    def _tell_book(
        self, sessions: tuple[Session, ...], channel: Channel, depth: int | None
    ) -> None:
        engine, now = self._exchange.engine, self._exchange.now_ms()
        json = partial(market_shapes.snapshot, engine, channel.market, depth, now)
        binary = partial(frames.snapshot, engine, channel.market, depth, now)
        self._send(sessions, channel.name, json, binary)

    # ---- by the clock ----

    def _tell_summaries(self) -> None:
        engine, now = self._exchange.engine, self._exchange.now_ms()
        for symbol in self._exchange.markets:
            names = ("markets_summary", *_names("markets_summary", symbol))
            json = partial(market_shapes.summary, engine, symbol, now)
            self._tell_public(names, json, partial(frames.summary, engine, symbol, now))
        self._exchange.clock.call_later(self._summary_interval, self._tell_summaries)

    def _beat(self) -> None:
        """A binary connection that has heard nothing for a while is told that it lives."""
        now = self._exchange.clock.now_ns()
        for session in tuple(self.sessions):
            version = session.sbe_version
            if version is not None and now - session.sent_at >= HEARTBEAT_S * 1e9:
                heartbeat = sbe.Heartbeat(now // 1000, 0)
                session.push("heartbeat", sbe.encode(heartbeat, version=version))
        self._exchange.clock.call_later(HEARTBEAT_S, self._beat)


def _names(topic: str, market: str) -> tuple[str, str]:
    return f"{topic}.{market}", f"{topic}.ALL"
