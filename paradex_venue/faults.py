"""What may go wrong on purpose: to outgoing WebSocket messages, to REST answers, to connections.

A rule fires while its `count` lasts and with its `probability`, drawn from the venue's seed. Rules
are tried in the order given; the first that fires decides.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from paradex_venue.clock import Clock

type MessageFault = Literal["drop", "delay", "duplicate", "reorder", "skip", "step_back", "stall"]
type RestFault = Literal["refuse", "fail", "limit", "hang", "reset", "slow"]
type Crowd = Literal["all", "private", "public"]


@dataclass(slots=True, kw_only=True)
class MessageRule:
    """Befalls outgoing messages whose channel begins with `channel`.

    Replies to requests are on channels `reply.<method>`. `delay`: sent `seconds` late, and later
    messages may overtake it. `duplicate`: sent twice. `reorder`: held back until the connection's
    next message is sent, at most `seconds`. `skip` and `step_back`: sent with a `seq_no` that is
    `by` greater, or smaller. `stall`: the channel is silent for `seconds` while its connection
    lives, and then tells everything at once, in order.
    """

    kind: MessageFault
    channel: str = ""
    count: int | None = 1
    probability: float = 1.0
    seconds: float = 0.05
    # Private numbers are times in nanoseconds, those of books count up one by one.
    by: int = 1_000_000_000


@dataclass(slots=True, kw_only=True)
class RestRule:
    """Befalls REST requests of `method` (any if empty) whose path begins with `path`.

    `refuse`: answered `status` and not executed. `fail`: executed, then answered `status`.
    `limit`: answered 429 and not executed. `hang`: executed and never answered, up to `seconds`.
    `reset`: executed, then the connection is cut. `slow`: executed, answered `seconds` late.
    An answer of `refuse` or `fail` has the venue's error `code`, or is `body` where there is one:
    plain text, as of a gateway.
    """

    kind: RestFault
    method: str = ""
    path: str = ""
    count: int | None = 1
    probability: float = 1.0
    status: int = 503
    code: str = "SERVICE_UNAVAILABLE"
    body: str = ""
    seconds: float = 30.0


@dataclass(slots=True, kw_only=True)
class RpcRule:
    """Befalls requests on a WebSocket whose method begins with `method`: they are answered with a
    JSON-RPC error, after they were executed where `is_executed`."""

    method: str = ""
    code: int = -32603
    message: str = "internal error"
    is_executed: bool = False
    count: int | None = 1
    probability: float = 1.0


type Rule = MessageRule | RestRule | RpcRule


class Faults:
    def __init__(self, clock: Clock, seed: int) -> None:
        self._clock = clock
        self._random = random.Random(seed)
        self.message_rules: list[MessageRule] = []
        self.rest_rules: list[RestRule] = []
        self.rpc_rules: list[RpcRule] = []
        self._refused_until: dict[Crowd, int] = {}

    def add(self, rule: Rule) -> None:
        match rule:
            case MessageRule():
                self.message_rules.append(rule)
            case RestRule():
                self.rest_rules.append(rule)
            case RpcRule():
                self.rpc_rules.append(rule)

    def clear(self) -> None:
        self.message_rules.clear()
        self.rest_rules.clear()
        self.rpc_rules.clear()
        self._refused_until.clear()

    def for_message(self, channel: str) -> MessageRule | None:
        """The rule that befalls a message on `channel`; it is used up by one."""
        for rule in self.message_rules:
            if channel.startswith(rule.channel) and self._fires(rule):
                return rule
        return None

    def for_request(self, method: str, path: str) -> RestRule | None:
        """The rule that befalls a request to `path`, without the version; it is used up by one."""
        for rule in self.rest_rules:
            fits = rule.method in ("", method) and path.startswith(rule.path)
            if fits and self._fires(rule):
                return rule
        return None

    def for_method(self, method: str) -> RpcRule | None:
        """The rule that befalls a request on a WebSocket; it is used up by one."""
        for rule in self.rpc_rules:
            if method.startswith(rule.method) and self._fires(rule):
                return rule
        return None

    def refuse(self, crowd: Crowd, seconds: float) -> None:
        """Let nobody of `crowd` connect for a while."""
        self._refused_until[crowd] = self._clock.now_ns() + round(seconds * 1e9)

    def is_refused(self, crowd: Crowd) -> bool:
        until = max(self._refused_until.get(crowd, 0), self._refused_until.get("all", 0))
        return self._clock.now_ns() < until

    def _fires(self, rule: Rule) -> bool:
        if rule.count == 0 or self._random.random() >= rule.probability:
            return False
        if rule.count is not None:
            rule.count -= 1
        return True
