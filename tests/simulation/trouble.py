"""What breaks: messages, requests, connections, the venue itself."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from paradex_venue.faults import MessageRule, RestRule, RpcRule, Rule
from tests.simulation.world import World
from tests.venue.trader import ALICE

MESSAGE_FAULTS: tuple[Any, ...] = ("drop", "delay", "duplicate", "reorder", "stall")
CHANNELS = ("orders.", "orders.", "fills.", "fills.", "positions", "account", "reply.")
NUMBERED = ("orders.", "orders.", "positions", "account")
REST_FAULTS: tuple[Any, ...] = ("refuse", "fail", "limit", "hang", "reset", "slow")
REST_REQUESTS = (
    *(("POST", "/orders"), ("POST", "/orders"), ("DELETE", "/orders"), ("PUT", "/orders")),
    *(("GET", ""), ("GET", "/fills"), ("POST", "/auth"), ("", "")),
)
RPC_METHODS = ("order.create", "order.modify", "order.cancel", "subscribe", "auth", "")
RPC_ERRORS = (
    (-32603, "internal error"),
    (100, "SERVICE_UNAVAILABLE: try again"),
    (42901, "too many requests"),
)
STATUSES: tuple[Any, ...] = ("maintenance", "cancel_only", "post_only")
QUERIES_A_SECOND, ORDERS_A_SECOND = 120, 800
MOST_SPENT = 2
"""How often somebody else uses a limit up: more, and a minute's worth of questions is gone."""

type Trial = tuple[Callable[[], Awaitable[None] | None], int]


class Trouble:
    """Each method breaks one thing, drawn from `rng`. What is broken heals with time or `heal`."""

    def __init__(
        self,
        rng: random.Random,
        world: World,
        meanwhile: Callable[[], None],
        *,
        may_drop: bool = True,
    ) -> None:
        """`meanwhile`: what goes on while nobody listens."""
        self._rng = rng
        self._world = world
        self._meanwhile = meanwhile
        self._control = world.venue.control
        self._may_drop = may_drop
        self._rules: list[tuple[str, Rule, int]] = []
        self._steps_down = 0
        self._steps_limited = 0
        self._spent = 0
        self._counted: Counter[str] = Counter()

    @property
    def injected(self) -> Counter[str]:
        """What has befallen something, and how often."""
        fired = Counter(self._counted)
        for name, rule, count in self._rules:
            fired[name] += count - (rule.count or 0)
        fired["late command"] = self._world.http.delayed
        return +fired

    def trials(self, families: frozenset[str]) -> list[Trial]:
        """What breaks in such a run, and how often in proportion."""
        known: dict[str, Trial] = {
            "messages": (self._garble, 14),
            "numbers": (self._renumber, 4),
            "rest": (self._refuse, 10),
            "rpc": (self._fail_rpc, 5),
            "cuts": (self._cut, 4),
            "outages": (self._outage, 1),
            "statuses": (self._limit_venue, 2),
            "limits": (self._use_up, 2),
        }
        return [trial for family, trial in known.items() if family in families]

    def begin(self, families: frozenset[str]) -> None:
        if "late" in families:
            self._world.http.lateness = 0.2

    async def pass_time(self) -> None:
        """One step later: what was down, or limited, may be up again."""
        if self._steps_down:
            self._steps_down -= 1
            if not self._steps_down:
                await self._control.resume()
        if self._steps_limited:
            self._steps_limited -= 1
            if not self._steps_limited:
                self._control.set_status("ok")

    async def heal(self, families: frozenset[str] = frozenset()) -> None:
        """Nothing goes wrong from now on, but for what lasts in such a run."""
        self._control.clear_faults()
        self._world.http.lateness = 0.0
        self._steps_down = self._steps_limited = 0
        self._control.set_status("ok")
        await self._control.resume()
        self.begin(families)

    # Messages and requests

    def _garble(self) -> None:
        kind, channel = self._rng.choice(MESSAGE_FAULTS), self._rng.choice(CHANNELS)
        if kind == "drop" and not self._may_drop and channel != "reply.":
            kind = "delay"
        self._message(
            kind, channel, count=self._rng.randint(1, 4), seconds=self._rng.random() * 0.3
        )

    def _renumber(self) -> None:
        """Numbers of words that step back, or far ahead."""
        self._message(self._rng.choice(("skip", "step_back")), self._rng.choice(NUMBERED))

    def _message(self, kind: Any, channel: str, **terms: Any) -> None:
        self._add(f"{kind} {channel.strip('.')}", MessageRule(kind=kind, channel=channel, **terms))

    def _refuse(self) -> None:
        method, path = self._rng.choice(REST_REQUESTS)
        rule = RestRule(
            kind=self._rng.choice(REST_FAULTS),
            method=method,
            path=path,
            status=self._rng.choice((500, 502, 503, 504)),
            body=self._rng.choice(("", "", "<h1>Bad Gateway</h1>")),
            count=self._rng.randint(1, 3),
            seconds=self._rng.random() * 0.8,
        )
        self._add(f"{rule.kind} {method or 'ANY'} {path}".strip(), rule)

    def _fail_rpc(self) -> None:
        code, message = self._rng.choice(RPC_ERRORS)
        is_executed = code != 42901 and self._rng.random() < 0.5
        method = self._rng.choice(RPC_METHODS)
        rule = RpcRule(method=method, code=code, message=message, is_executed=is_executed)
        done = "executed" if is_executed else "not executed"
        self._add(f"RPC error {code} {method or 'any'}, {done}", rule)

    def _add(self, name: str, rule: Rule) -> None:
        self._rules.append((name, rule, rule.count or 0))
        self._control.add_fault(rule)

    # Connections and the venue

    def _cut(self) -> None:
        refuse_for = self._rng.choice((0.0, 0.0, 0.1, 0.4))
        self._counted["cut" if not refuse_for else "cut and refused"] += 1
        self._control.cut("private", refuse_for=refuse_for)
        self._meanwhile()

    def _outage(self) -> None:
        if not self._steps_down:
            self._counted["outage"] += 1
            self._steps_down = self._rng.randint(1, 20)
            self._control.pause()
            self._meanwhile()

    def _limit_venue(self) -> None:
        if not self._steps_limited:
            status = self._rng.choice(STATUSES)
            self._counted[f"venue in {status}"] += 1
            self._steps_limited = self._rng.randint(1, 10)
            self._control.set_status(status)

    def _use_up(self) -> None:
        """Somebody else spends what the account may ask for, or order, in a second."""
        if self._spent < MOST_SPENT:
            self._spent += 1
            meter, many = self._rng.choice(
                (("private", QUERIES_A_SECOND), ("orders", ORDERS_A_SECOND))
            )
            self._counted[f"limit of {meter} used up"] += 1
            for _ in range(many):
                self._world.venue.limits.spend(meter, ALICE.address)
