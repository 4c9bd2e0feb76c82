"""The control interface over HTTP: JSON in, JSON out, under /control, on loopback only.

It has a port of its own, so that a venue that is paused can be told to come back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from paradex_venue.amounts import parse
from paradex_venue.config import AccountConfig
from paradex_venue.control import Control
from paradex_venue.faults import Crowd, MessageFault, MessageRule, RestFault, RestRule, RpcRule
from paradex_venue.life_control import LifeControl
from paradex_venue.life_http import LIFE_COMMANDS, LifeCommand
from paradex_venue.records import Side
from paradex_venue.refusal import Refused
from paradex_venue.releases import SystemStatus


class Cut(msgspec.Struct, forbid_unknown_fields=True):
    kind: Crowd = "all"
    refuse_for: float = 0.0

    def run(self, control: Control) -> object:
        return {"cut": control.cut(self.kind, self.refuse_for)}


class MessageRules(msgspec.Struct, forbid_unknown_fields=True):
    """Body of /drop, /delay, /duplicate, /reorder, /skip, /step_back and /stall."""

    channel: str = ""
    count: int | None = 1
    probability: float = 1.0
    seconds: float = 0.05
    by: int = 1_000_000_000

    def rule(self, kind: MessageFault) -> MessageRule:
        return MessageRule(
            kind=kind,
            channel=self.channel,
            count=self.count,
            probability=self.probability,
            seconds=self.seconds,
            by=self.by,
        )


class Rest(msgspec.Struct, forbid_unknown_fields=True):
    kind: RestFault
    method: str = ""
    path: str = ""
    count: int | None = 1
    probability: float = 1.0
    status: int = 503
    code: str = "SERVICE_UNAVAILABLE"
    body: str = ""
    seconds: float = 30.0

    def run(self, control: Control) -> object:
        control.add_fault(RestRule(**msgspec.structs.asdict(self)))
        return {}


class Rpc(msgspec.Struct, forbid_unknown_fields=True):
    method: str = ""
    code: int = -32603
    message: str = "internal error"
    is_executed: bool = False
    count: int | None = 1
    probability: float = 1.0

    def run(self, control: Control) -> object:
        control.add_fault(RpcRule(**msgspec.structs.asdict(self)))
        return {}


class Clear(msgspec.Struct, forbid_unknown_fields=True):
    def run(self, control: Control) -> object:
        control.clear_faults()
        return {}


class Pause(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float | None = None

    def run(self, control: Control) -> object:
        control.pause(self.seconds)
        return {}


class Trade(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    client_id: str = ""
    order_id: str = ""
    size: str = ""

    def run(self, control: Control) -> object:
        order = control.trade(self.account, self.order_id or self.client_id, self.size)
        return {"order_id": order.id, "status": order.status}


class Cancel(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    client_id: str = ""
    order_id: str = ""
    reason: str = "USER_CANCELED"

    def run(self, control: Control) -> object:
        order = control.cancel(self.account, self.order_id or self.client_id, self.reason)
        return {"order_id": order.id, "status": order.status}


class CloseNext(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    reason: str
    count: int = 1

    def run(self, control: Control) -> object:
        control.close_next(self.account, self.reason, self.count)
        return {}


class FillBook(msgspec.Struct, forbid_unknown_fields=True):
    market: str
    bids: list[tuple[str, str]] = []
    asks: list[tuple[str, str]] = []

    def run(self, control: Control) -> object:
        control.fill_book(self.market, self.bids, self.asks)
        return {}


class Sweep(msgspec.Struct, forbid_unknown_fields=True):
    market: str
    side: Side
    size: str

    def run(self, control: Control) -> object:
        return {"filled": str(control.sweep(self.market, self.side, self.size))}


class Mark(msgspec.Struct, forbid_unknown_fields=True):
    market: str
    price: str

    def run(self, control: Control) -> object:
        control.set_mark(self.market, self.price)
        return {}


class Status(msgspec.Struct, forbid_unknown_fields=True):
    status: SystemStatus

    def run(self, control: Control) -> object:
        control.set_status(self.status)
        return {}


class Quoting(msgspec.Struct, forbid_unknown_fields=True):
    action: Literal["start", "stop"]

    def run(self, control: Control) -> object:
        if self.action == "start":
            control.market_maker.start()
        else:
            control.market_maker.stop()
        return {}


class Register(msgspec.Struct, forbid_unknown_fields=True):
    address: str
    public_key: str
    credit: str | None = None
    subkeys: list[str] = []

    def run(self, control: Control) -> object:
        credit = None if self.credit is None else parse(self.credit)
        account = control.register(
            AccountConfig(self.address, self.public_key, credit, tuple(self.subkeys))
        )
        return {"account": account.address}


type Command = (
    Cut
    | Pause
    | Rest
    | Rpc
    | Clear
    | Trade
    | Cancel
    | CloseNext
    | FillBook
    | Sweep
    | Mark
    | Status
    | Quoting
    | Register
)
COMMANDS: dict[str, type[Command]] = {
    "cut": Cut,
    "pause": Pause,
    "rest": Rest,
    "rpc": Rpc,
    "clear": Clear,
    "trade": Trade,
    "cancel": Cancel,
    "close_next": CloseNext,
    "fill_book": FillBook,
    "sweep": Sweep,
    "mark": Mark,
    "status": Status,
    "market_maker": Quoting,
    "register": Register,
}
MESSAGE_FAULTS: tuple[MessageFault, ...] = get_args(MessageFault.__value__)

type Work = Callable[[Request, bytes], Awaitable[object]]


def control_routes(control: Control, life: LifeControl) -> list[Route]:
    def command(shape: type[Command]) -> Work:
        async def work(request: Request, body: bytes) -> object:
            return msgspec.json.decode(body or b"{}", type=shape).run(control)

        return work

    def message_fault(kind: MessageFault) -> Work:
        async def work(request: Request, body: bytes) -> object:
            rules = msgspec.json.decode(body or b"{}", type=MessageRules)
            control.add_fault(rules.rule(kind))
            return {}

        return work

    async def truth(request: Request, body: bytes) -> object:
        return control.truth(request.query_params.get("account", ""))

    async def resume(request: Request, body: bytes) -> object:
        await control.resume()
        return {}

    works = {name: command(shape) for name, shape in COMMANDS.items()}
    works |= {name: _life_command(life, shape) for name, shape in LIFE_COMMANDS.items()}
    works |= {kind: message_fault(kind) for kind in MESSAGE_FAULTS}
    return [
        Route("/control/truth", _endpoint(truth), methods=["GET"]),
        Route("/control/resume", _endpoint(resume), methods=["POST"]),
        *(Route(f"/control/{name}", _endpoint(w), methods=["POST"]) for name, w in works.items()),
    ]


def _life_command(life: LifeControl, shape: type[LifeCommand]) -> Work:
    async def work(request: Request, body: bytes) -> object:
        return msgspec.json.decode(body or b"{}", type=shape).run(life)

    return work


def _endpoint(work: Work) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            answer, status = await work(request, await request.body()), 200
        except Refused as refused:
            answer, status = {"error": refused.code, "message": refused.message}, refused.status
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            answer, status = {"error": "BINDING_ERROR", "message": str(error)}, 400
        content = msgspec.json.encode(answer)
        return Response(content, status, media_type="application/json")

    return endpoint
