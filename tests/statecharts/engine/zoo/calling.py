"""Everything that hooks and guards can be, and be given."""

from __future__ import annotations

from typing import Any

from statemachine import State

from statecharts import HERE, Chart, Compound


def shout(event: str) -> None:
    """A hook that belongs to no chart."""


class Generic(Chart):
    """Hooks of all transitions, of several events, given as objects, static and of the class."""

    here = State(initial=True, exit="leave_politely")
    there = State(enter=["arrive", "arrive_too"])

    class around(Compound):
        near = State(initial=True)
        far = State()

    both = here.to(there, event="also", on=shout)
    wander = there.to(around) | around.to(here)
    far_off = around.near.to(around.far, cond=lambda: True, on="on_far_off")
    error = around.to(here, event="trouble")

    def before_transition(self, event: str, transition: Any, machine: Any) -> None:
        self.emit(("before", str(event), machine is self))

    def on_transition(self, event: str, state: State, source: State, target: State) -> None:
        self.emit(("on", str(event), state.id, source.id, target.id))

    def after_transition(self, state: State) -> None:
        self.emit(("after", state.id))

    def on_both(self) -> None:
        self.emit("both")

    def on_also(self) -> None:
        self.emit("also")

    def on_far_off(self) -> None:
        self.emit("far off")

    def on_error(self) -> None:
        self.emit("error")

    def leave_politely(self) -> None:
        self.emit("bye")

    @staticmethod
    def arrive() -> None:
        """Does nothing and needs no chart."""

    @classmethod
    def arrive_too(cls, event: str) -> None:
        """Does nothing and needs no chart."""


class Conditions(Chart):
    """Guards of every form: methods, fields, properties, expressions, comparisons."""

    class one(Compound):
        a = State(initial=True)
        b = State()

    two = State()

    plain = one.to(two, cond="is_open") | one.to(two, unless="is_open", on="note")
    field = one.to(two, cond="flag") | one.a.to(one.b, cond="flag") | two.to(one)
    joined = one.to(two, cond="is_open and flag or not is_known")
    classic = two.to(one, cond="!flag ^ is_open") | one.to(two, cond="flag v is_open")
    listed = one.a.to(one.b, cond=["is_open", "is_known"], unless=["flag"]) | one.b.to(one.a)
    compared = one.to(two, cond="level > 3 and level <= 9 and limit != level")
    chained = two.to(one, cond="1 < level < limit")
    equal = two.to(HERE, cond="flag == is_open", on="note")
    twice = one.to(two, cond="is_open", unless="is_open") | two.to(one, cond=["flag", "flag"])

    limit = 7

    def __init__(self, level: int) -> None:
        self.flag = False
        self.level = level
        super().__init__()

    def is_open(self, lock: str = "") -> bool: ...

    @property
    def is_known(self) -> bool: ...

    def note(self, lock: str, *, event: str) -> None:
        self.emit((lock, str(event)))


class Given(Chart):
    """Hooks with every kind of parameter."""

    a = State(initial=True)
    b = State()

    none = a.to(b, on="nothing") | b.to(a, on="nothing")
    some = a.to(b, on="needs") | b.to(a, on="would_like")
    many = a.to(b, on=["needs_all", "mixes"]) | b.to(a, on="keywords")

    def nothing(self) -> None:
        self.emit("nothing")

    def needs(self, x: int) -> None:
        self.emit(x)

    def would_like(self, x: int = 10) -> None:
        self.emit(x)

    def needs_all(self, x: int, y: int, z: int = 3) -> None:
        self.emit((x, y, z))

    def mixes(self, event: str, y: int, source: State, *rest: int, z: int = 4) -> None:
        self.emit((str(event), y, source.id, rest, z))

    def keywords(self, *, x: int, state: State, y: int = 2) -> None:
        self.emit((x, state.id, y))
