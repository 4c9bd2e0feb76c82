"""The program, the venue and all that lies between them: what may happen next.

A joint state says where each of them is. Words wait on two channels, each in the order said; calls
wait for their answers. Whatever waits may come next, or something may go wrong, as often as the
scenario allows.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from tests.interleavings import venue
from tests.interleavings.behaviour import Behaviour, Effect
from tests.interleavings.judge import LATE, Illegal, Judge
from tests.interleavings.program import Happening
from tests.interleavings.scenario import Scenario
from tests.interleavings.venue import ABSENT, Said, Truth
from tests.interleavings.words import OrderWord, Request

UP, ORDERS_FLOW, FILLS_FLOW = 3, 1, 2
RECOVERING = 4
"""Added to what flows while the session is not ready."""
UNKNOWN, NOW = ("unknown",), ("now",)
LASTING = ("fills", "history")
"""Questions whose answers are long on their way. That of any other only lets the next question be
asked, which may be long on its own way."""


class Left(NamedTuple):
    """How often something may still happen."""

    cancels: int
    changes: int
    losses: int
    repeats: int
    cuts: int
    firings: int
    doubts: int


class Joint(NamedTuple):
    """One state of everything: of the program, of the strategy's view, of the truth, and of what
    is on its way. Words, answers, requests and truths are numbers of `Names`.

    `stages` has for each call of the program 0 while it is on its way, or else its answer.
    `strays` are requests on their way that the program has given up. `link` says which channels
    flow, and whether the session is ready.
    """

    local: int
    view: int
    truth: int
    orders: tuple[int, ...]
    fills: tuple[int, ...]
    late: int  # a word that will be said a second time, 0 for none
    stages: tuple[int, ...]
    strays: tuple[int, ...]
    link: int
    lapsed: bool
    left: Left


class Move(NamedTuple):
    """One thing that happens, and where it leads. `brought` is what reaches the program, if
    anything does. `wrong` says what must not be; then `joint` is where it happened."""

    text: tuple[Hashable, ...]
    joint: Joint
    brought: Happening = None
    wrong: str = ""


class Names:
    """Numbers for values, from 1."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._values: list[Hashable] = [None]

    def number(self, value: Hashable) -> int:
        number = self._numbers.setdefault(value, len(self._values))
        if number == len(self._values):
            self._values.append(value)
        return number

    def __getitem__(self, number: int) -> Hashable:
        return self._values[number]


class _Said(NamedTuple):
    """`venue.Said` in numbers."""

    what: str
    truth: int
    orders: tuple[int, ...]
    fills: tuple[int, ...]


class World:
    """All moves of one scenario."""

    def __init__(
        self, rules: Scenario, behaviour: Behaviour | None = None, judge: Judge | None = None
    ) -> None:
        self.rules = rules
        self.behaviour = behaviour or Behaviour(rules)
        self.judge = judge or Judge(is_market=rules.type == "MARKET")
        self.names = Names()
        self._duties: dict[int, list[_Said]] = {}
        self._choices: dict[int, list[_Said]] = {}
        self._arrivals: dict[tuple[int, int, bool], tuple[int, _Said]] = {}
        self._unknown = self.names.number(UNKNOWN)
        self._changes = [c for c in (rules.change, rules.second_change) if c is not None]

    def first(self) -> Joint:
        """The order is submitted, its request on its way."""
        rules = self.rules
        left = Left(
            rules.cancels,
            len(self._changes),
            rules.losses,
            rules.repeats,
            rules.cuts,
            rules.firings,
            rules.doubts,
        )
        view = 0
        for fact in self.behaviour.told_at_birth:
            view = self.judge.apply(view, fact)
        absent = self.names.number(ABSENT)
        return Joint(0, view, absent, (), (), 0, (0,), (), UP, False, left)

    def truth(self, joint: Joint) -> Truth:
        value = self.names[joint.truth]
        assert isinstance(value, Truth)
        return value

    def is_quiet(self, joint: Joint) -> bool:
        """Whether nothing is on its way."""
        waiting = joint.orders or joint.fills or joint.late or joint.stages
        return not waiting and joint.link == UP and not self.truth(joint).queue

    def moves(self, joint: Joint) -> Iterator[Move]:
        """Everything that may happen next."""
        yield from self.duties(joint)
        yield from self.choices(joint)
        yield from self.faults(joint)

    # What must happen some time

    def duties(self, joint: Joint) -> Iterator[Move]:
        """What is on its way arrives, the venue does what it took, a lost session comes back."""
        if joint.orders:
            yield self._hear(joint._replace(orders=joint.orders[1:]), joint.orders[0], "hears")
        if joint.fills:
            yield self._hear(joint._replace(fills=joint.fills[1:]), joint.fills[0], "hears")
        if joint.late:
            yield self._hear(joint._replace(late=0), joint.late, "hears again")
        for index in range(len(joint.stages)):
            yield self._go_on(joint, index)
        for said in self._engine(joint.truth)[0]:
            yield Move(("the venue", said.what), _say(joint, said))
        if joint.link != UP:
            yield from self._reconnect(joint)

    def _hear(self, joint: Joint, word: int, how: str) -> Move:
        said = self.names[word]
        return self.bring(joint, ("word", said), how, said)

    def _go_on(self, joint: Joint, index: int) -> Move:
        """A call takes its next step: to the venue, or back."""
        stage, call = joint.stages[index], self.behaviour.locals[joint.local].calls[index]
        if stage:
            answer = self.names[stage]
            return self.bring(joint, ("answer", index, answer), "is answered", call, answer)
        if isinstance(call, Request):
            number, said = self._arrive(joint, self.names.number(call))
            return Move(("the venue", said.what), _say(_staged(joint, index, number), said))
        answer = self._look_up(joint, call)
        if call in LASTING:
            there = _staged(joint, index, self.names.number(answer))
            return Move(("the venue looks up", call, answer), there)
        return self.bring(joint, ("answer", index, answer), "is answered", call, answer)

    def _reconnect(self, joint: Joint) -> Iterator[Move]:
        for channel, name in ((ORDERS_FLOW, "orders"), (FILLS_FLOW, "fills")):
            if not joint.link & channel:
                there = joint._replace(link=joint.link | channel)
                yield Move((f"the channel of {name} flows again",), there)
        if joint.link == UP | RECOVERING:
            yield self.bring(joint._replace(link=UP), ("ready",), "the session is ready again")

    # What may happen besides

    def choices(self, joint: Joint) -> Iterator[Move]:
        """Executions, the strategy's commands, and requests that arrive after all."""
        for said in self._engine(joint.truth)[1]:
            yield Move(("the venue", said.what), _say(joint, said))
        for place, request in enumerate(joint.strays):
            strays = joint.strays[:place] + joint.strays[place + 1 :]
            _, said = self._arrive(joint, request)
            yield Move(("the venue, late,", said.what), _say(joint._replace(strays=strays), said))
        yield from self._commands(joint)

    def _commands(self, joint: Joint) -> Iterator[Move]:
        """What a strategy may ask for, until it knows that the order has ended, and once after."""
        left, seen = joint.left, self.judge.seen[joint.view]
        if left.cancels:
            there = joint._replace(left=left._replace(cancels=left.cancels - 1))
            view = self.judge.apply(joint.view, LATE if seen.is_over else "cancel")
            yield self.bring(there._replace(view=view), ("cancel",), "the strategy cancels")
        if left.changes and seen.status != "PENDING_CANCEL":
            change = self._changes[-left.changes]
            there = joint._replace(left=left._replace(changes=left.changes - 1))
            view = self.judge.apply(joint.view, LATE if seen.is_over else "modify")
            # As `drafting.change` says, of an order that is filled as far already.
            fits = change.size > seen.filled
            happening = ("modify", change.size, change.price) if fits else ("misfit",)
            yield self.bring(there._replace(view=view), happening, "the strategy wants", change)

    def faults(self, joint: Joint) -> Iterator[Move]:
        """What may go wrong, or come before its time."""
        left = joint.left
        if left.losses:
            yield from self._losses(joint._replace(left=left._replace(losses=left.losses - 1)))
        if left.repeats:
            yield from self._repeats(joint._replace(left=left._replace(repeats=left.repeats - 1)))
        if left.cuts and joint.link == UP:
            yield self._cut(joint._replace(left=left._replace(cuts=left.cuts - 1)))
        if left.firings:
            there = joint._replace(left=left._replace(firings=left.firings - 1))
            for timer in self.behaviour.locals[joint.local].timers:
                yield self.bring(there, ("timer", timer), "a timer fires:", timer)
        if left.doubts:
            there = joint._replace(left=left._replace(doubts=left.doubts - 1))
            yield self.bring(there, ("doubt",), "the engine doubts")
        if self.rules.lapses and not joint.lapsed:
            yield self.lapse(joint)

    def lapse(self, joint: Joint) -> Move:
        """Time passes, until what was signed before is void."""
        there = joint._replace(lapsed=True)
        return self.bring(there, ("lapse",), "what was signed is void from now on")

    def _losses(self, joint: Joint) -> Iterator[Move]:
        if joint.orders:
            there = joint._replace(orders=joint.orders[1:])
            yield Move(("lost:", self.names[joint.orders[0]]), there)
        if joint.fills:
            there = joint._replace(fills=joint.fills[1:])
            yield Move(("lost:", self.names[joint.fills[0]]), there)
        calls = self.behaviour.locals[joint.local].calls
        for index, (call, stage) in enumerate(zip(calls, joint.stages, strict=True)):
            if stage != self._unknown and call != "moment":
                there = joint
                if not stage and isinstance(call, Request):
                    there = self._stray(joint, call)
                yield self.bring(there, ("answer", index, UNKNOWN), "has no answer", call)

    def _repeats(self, joint: Joint) -> Iterator[Move]:
        if joint.orders:
            there = joint._replace(orders=joint.orders[1:], late=joint.orders[0])
            yield self._hear(there, joint.orders[0], "hears for the first time")
        if joint.fills:
            there = joint._replace(fills=joint.fills[1:], late=joint.fills[0])
            yield self._hear(there, joint.fills[0], "hears for the first time")

    def _cut(self, joint: Joint) -> Move:
        """Words that have not arrived never will; requests over the session have no answer."""
        calls = self.behaviour.locals[joint.local].calls
        for index, (call, stage) in enumerate(zip(calls, joint.stages, strict=True)):
            if isinstance(call, Request) and self.rules.over_session:
                there = joint if stage else self._stray(joint, call)
                joint = _staged(there, index, self._unknown)
        return self.bring(
            joint._replace(orders=(), fills=(), link=RECOVERING), ("lost",), "the session is lost"
        )

    def _stray(self, joint: Joint, call: Request) -> Joint:
        strays = tuple(sorted((*joint.strays, self.names.number(call))))
        return joint._replace(strays=strays)

    # How it is brought about

    def bring(self, joint: Joint, happening: Happening, *text: Hashable) -> Move:
        """The move that brings `happening` to the program."""
        effect = self.behaviour.bring(joint.local, happening)
        try:
            view = self._told(joint.view, effect)
        except Illegal as illegal:
            return Move(text, joint, happening, str(illegal))
        stages = tuple(0 if place is None else joint.stages[place] for place in effect.places)
        return Move(text, joint._replace(local=effect.state, view=view, stages=stages), happening)

    def _told(self, view: int, effect: Effect) -> int:
        if effect.wrong:
            raise Illegal(effect.wrong)
        for fact in effect.told:
            view = self.judge.apply(view, fact)
        return view

    def _arrive(self, joint: Joint, request: int) -> tuple[int, _Said]:
        key = joint.truth, request, joint.lapsed
        if key not in self._arrivals:
            asked = self.names[request]
            assert isinstance(asked, Request)
            answer, said = venue.arrive(self.truth(joint), asked, self.rules, joint.lapsed)
            self._arrivals[key] = self.names.number(answer), self._in_numbers(said)
        return self._arrivals[key]

    def _engine(self, truth: int) -> tuple[list[_Said], list[_Said]]:
        """What the venue must do one of, and what it may do."""
        if truth not in self._duties:
            value = self.names[truth]
            assert isinstance(value, Truth)
            self._duties[truth] = [*map(self._in_numbers, venue.duties(value, self.rules))]
            self._choices[truth] = [*map(self._in_numbers, venue.choices(value, self.rules))]
        return self._duties[truth], self._choices[truth]

    def _in_numbers(self, said: Said) -> _Said:
        number = self.names.number
        orders = tuple(map(number, said.order_words))
        return _Said(said.what, number(said.truth), orders, tuple(map(number, said.fill_words)))

    def _look_up(self, joint: Joint, question: str) -> Hashable:
        """The venue's answer, as things are now."""
        truth = self.truth(joint)
        word: OrderWord | None = truth.word if truth.status else None
        is_live = truth.status in ("NEW", "OPEN")
        match question:
            case "turn" | "moment":
                return NOW
            case "order":
                return "order", word
            case "open order":
                return "order", word if is_live else None
            case "history":
                return "list", () if word is None else (word,)
            case "open orders":
                return "list", (word,) if truth.status == "OPEN" else ()
            case "fills":
                return "list", truth.fills
        raise AssertionError(question)


def _staged(joint: Joint, index: int, stage: int) -> Joint:
    stages = joint.stages
    return joint._replace(stages=(*stages[:index], stage, *stages[index + 1 :]))


def _say(joint: Joint, said: _Said) -> Joint:
    """The truth moves on, and what is said of it goes on its way where a channel flows."""
    orders = joint.orders + said.orders if joint.link & ORDERS_FLOW else joint.orders
    fills = joint.fills + said.fills if joint.link & FILLS_FLOW else joint.fills
    return joint._replace(truth=said.truth, orders=orders, fills=fills)
