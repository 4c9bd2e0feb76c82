"""The JSON-RPC methods of a WebSocket (OpenRPC document), without the socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from paradex_venue import channels, shapes
from paradex_venue.auth import Registrar
from paradex_venue.clock import Clock
from paradex_venue.desk import Desk
from paradex_venue.limits import Limits
from paradex_venue.orders import ModifyRequest, OrderRequest
from paradex_venue.publish import Publisher
from paradex_venue.records import Account, Order
from paradex_venue.refusal import Refused
from paradex_venue.session import Session
from paradex_venue.shapes import Json
from paradex_venue.tokens import is_token_shaped

PARSE_ERROR, INVALID_REQUEST, UNKNOWN_METHOD, INVALID_PARAMS = -32700, -32600, -32601, -32602
METHOD_ERROR = 100
MALFORMED_TOKEN, INVALID_TOKEN, FORBIDDEN, RATE_LIMITED = 40110, 40111, 40300, 42901


class RpcError(Exception):
    def __init__(self, code: int, message: str, data: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class _Request(msgspec.Struct):
    method: str
    id: int | str | None = None
    params: Any = None


class _Auth(msgspec.Struct):
    bearer: str


class _Subscription(msgspec.Struct):
    channel: str


class _Batch(msgspec.Struct):
    orders: list[OrderRequest]


class _Cancel(msgspec.Struct):
    id: str | None = None
    client_id: str | None = None
    market: str | None = None


class _CancelBatch(msgspec.Struct):
    order_ids: list[str]


class _Enabled(msgspec.Struct):
    enabled: bool


type Method = Callable[[Session, Any], Json]


class Rpc:
    def __init__(
        self,
        clock: Clock,
        registrar: Registrar,
        publisher: Publisher,
        desk: Desk,
        limits: Limits,
        node_id: str,
    ) -> None:
        self._clock = clock
        self._registrar = registrar
        self._publisher = publisher
        self._desk = desk
        self._limits = limits
        self._exchange = desk.exchange
        self._node_id = node_id
        self._methods: dict[str, Method] = {
            "auth": self._auth,
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "order.create": self._create,
            "order.create_batch": self._create_batch,
            "order.modify": self._modify,
            "order.cancel": self._cancel,
            "order.cancel_batch": self._cancel_batch,
            "order.cancel_all": self._cancel_all,
            "order.cancel_on_disconnect": self._cancel_on_disconnect,
        }

    def receive(self, session: Session, message: str | bytes) -> None:
        """Perform one request and push its reply; what a channel tells first comes after it."""
        received_at = self._clock.now_ns() // 1000
        try:
            request = msgspec.json.decode(message, type=_Request)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            is_json = isinstance(error, msgspec.ValidationError)
            failure = RpcError(INVALID_REQUEST if is_json else PARSE_ERROR, str(error))
            self._reply(session, _Request(""), received_at, _error(failure))
            return
        self._reply(session, request, received_at, self._perform(session, request))
        if request.method == "subscribe":
            self._welcome(session, request)

    def _perform(self, session: Session, request: _Request) -> Json:
        method = self._methods.get(request.method)
        try:
            if method is None:
                raise RpcError(UNKNOWN_METHOD, f"method {request.method} not found")
            self._spend(session, request.method)
            return {"result": self._execute(session, request, method)}
        except RpcError as error:
            return _error(error)
        except Refused as refused:
            return _error(RpcError(METHOD_ERROR, f"{refused.code}: {refused.message}"))

    def _execute(self, session: Session, request: _Request, method: Method) -> Json:
        rule = session.faults.for_method(request.method)
        if rule is None:
            return method(session, request.params)
        if rule.is_executed:
            method(session, request.params)
        raise RpcError(rule.code, rule.message)

    def _spend(self, session: Session, method: str) -> None:
        """Orders count together with those of REST, a batch as one."""
        if method.startswith("order.") and session.account is not None:
            allowance = self._limits.spend("orders", session.account.address)
            if allowance.is_exceeded:
                wait = f"retry after {allowance.retry_after} s"
                raise RpcError(RATE_LIMITED, "rate limit exceeded", wait)

    def _reply(self, session: Session, request: _Request, received_at: int, outcome: Json) -> None:
        sent_at = self._clock.now_ns() // 1000
        times = {"usIn": received_at, "usOut": sent_at, "usDiff": sent_at - received_at}
        reply = {"jsonrpc": "2.0", "id": request.id} | outcome | times
        session.push(f"reply.{request.method}", msgspec.json.encode(reply).decode())

    def _welcome(self, session: Session, request: _Request) -> None:
        name = request.params.get("channel") if isinstance(request.params, dict) else None
        channel = session.channels.get(name) if isinstance(name, str) else None
        if channel is not None:
            self._publisher.welcome(session, channel)

    # ---- session ----

    def _auth(self, session: Session, params: Any) -> Json:
        bearer = _read(params, _Auth).bearer
        if not is_token_shaped(bearer):
            raise RpcError(MALFORMED_TOKEN, "malformed bearer token")
        try:
            session.account = self._registrar.account_of(bearer)
        except Refused as refused:
            raise RpcError(INVALID_TOKEN, f"invalid bearer token: {refused.message}") from refused
        return {"node_id": self._node_id}

    def _subscribe(self, session: Session, params: Any) -> Json:
        name = _read(params, _Subscription).channel
        try:
            channel = channels.parse(name, self._exchange.markets)
        except Refused as refused:
            message = "invalid subscribe request"
            raise RpcError(INVALID_REQUEST, message, refused.message) from refused
        if channel.is_private and session.account is None:
            raise RpcError(FORBIDDEN, f"{name} needs authentication: call auth first")
        if name in session.channels:
            raise RpcError(METHOD_ERROR, f"already subscribed to {name}")
        self._check_one_book(session, channel)
        self._publisher.subscribe(session, channel)
        return {"channel": name}

    def _check_one_book(self, session: Session, channel: channels.Channel) -> None:
        """A binary frame names its market, not its channel: two books could not be told apart."""
        if session.sbe_version is None or channel.topic != "order_book":
            return
        for other in session.channels.values():
            if (other.topic, other.market) == ("order_book", channel.market):
                detail = f"{other.name} is subscribed: one book per market on a binary connection"
                raise RpcError(INVALID_REQUEST, "invalid subscribe request", detail)

    def _unsubscribe(self, session: Session, params: Any) -> Json:
        name = _read(params, _Subscription).channel
        if name not in session.channels:
            raise RpcError(METHOD_ERROR, f"not subscribed to {name}")
        self._publisher.unsubscribe(session, name)
        return {"channel": name}

    # ---- orders ----

    def _create(self, session: Session, params: Any) -> Json:
        order = self._desk.create(_account(session), _read(params, OrderRequest))
        session.placed.append(order.id)
        return self._created(order)

    def _create_batch(self, session: Session, params: Any) -> Json:
        # The contract has {"orders": [...]}; the venue's own SDK sends the bare list.
        bare = isinstance(params, list)
        requests = _read(params, list[OrderRequest]) if bare else _read(params, _Batch).orders
        outcomes = self._desk.create_batch(_account(session), requests)
        session.placed += [each.id for each in outcomes if isinstance(each, Order)]
        return {"results": [self._outcome(outcome) for outcome in outcomes]}

    def _modify(self, session: Session, params: Any) -> Json:
        request = _read(params, ModifyRequest)
        order = self._desk.modify(_account(session), request.id, request)
        return {"order": self._order(order)}

    def _cancel(self, session: Session, params: Any) -> Json:
        account, request = _account(session), _read(params, _Cancel)
        if request.id:
            order = self._exchange.order(account, request.id)
        elif request.client_id and request.market:
            client_id, market = request.client_id, request.market
            order = self._exchange.live_by_client_id(account, client_id, market)
        else:
            raise RpcError(INVALID_PARAMS, "give id, or client_id and market")
        self._exchange.cancel(order)
        return {"order_id": order.id, "status": "QUEUED_FOR_CANCELLATION"}

    def _cancel_batch(self, session: Session, params: Any) -> Json:
        order_ids = _read(params, _CancelBatch).order_ids
        results = self._desk.cancel_batch(_account(session), order_ids, [])
        # The contract tells less here than over REST, and no market of what was not found.
        return {
            "results": [
                {name: result[name] for name in ("id", "market", "status") if name in result}
                for result in results
            ]
        }

    def _cancel_all(self, session: Session, params: Any) -> Json:
        market = _read(params or {}, _Cancel).market
        self._exchange.cancel_all(_account(session), market or None)
        return {"status": "ok"}

    def _cancel_on_disconnect(self, session: Session, params: Any) -> Json:
        _account(session)
        session.cancels_on_disconnect = _read(params, _Enabled).enabled
        return {"enabled": session.cancels_on_disconnect}

    def _outcome(self, outcome: Order | Refused) -> Json:
        if isinstance(outcome, Refused):
            return {"error": f"{outcome.code}: {outcome.message}"}
        return self._created(outcome)

    def _created(self, order: Order) -> Json:
        return {
            "order": self._order(order),
            "created_at": order.created_at,
            "received_at": self._clock.now_ns(),
        }

    def _order(self, order: Order) -> Json:
        # The contract's order on the line is the one of REST without these two.
        body = shapes.order(order, self._exchange.now_ms())
        return {name: body[name] for name in body.keys() - {"stp", "request_info"}}


def _account(session: Session) -> Account:
    if session.account is None:
        raise RpcError(FORBIDDEN, "orders need authentication: call auth first")
    return session.account


def _read[T](params: object, shape: type[T]) -> T:
    try:
        return msgspec.convert(params, type=shape)
    except msgspec.ValidationError as error:
        raise RpcError(INVALID_PARAMS, str(error)) from error


def _error(error: RpcError) -> Json:
    body: Json = {"code": error.code, "message": error.message}
    if error.data:
        body["data"] = error.data
    return {"error": body}
