"""One test for each row of `DIVERGENCES`: what python-statemachine does, and what we do.

A release of python-statemachine that mends something here fails the first half of a test: take
the row away, and what `statecharts.engine.reference` does about it.
"""

from __future__ import annotations

from typing import Any

import pytest
from statemachine import HistoryState, State

from statecharts import Chart, Compound, DefinitionError, Emit, UnexpectedEvent
from statecharts.engine import reference
from statecharts.engine.divergences import DIVERGENCES
from tests.statecharts.engine.stock import stock

ROWS = {row.name: row for row in DIVERGENCES}


@pytest.fixture
def ours(request) -> Any:
    """How charts are made that are to do as we do: compiled, and by the reference where it does."""
    row = ROWS[request.function.__name__.removeprefix("test_")]
    return (lambda chart: chart, reference) if row.by_reference else (lambda chart: chart,)


def test_every_divergence_has_its_test():
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert tests - {"every_divergence_has_its_test"} == set(ROWS)


def told(effects: Any) -> list[object]:
    return [effect.what for effect in effects]


def test_the_action_of_a_transition_into_history_runs_once(ours):
    class Line(Chart):
        down = State(initial=True)

        class up(Compound):
            idle = State(initial=True)
            busy = State()
            last = HistoryState()
            last.to(idle)
            work = idle.to(busy)

        dial = down.to(up)
        drop = up.to(down)
        resume = down.to(up.last, on="resubscribe")

        def resubscribe(self) -> None:
            self.emit("subscribe")

    def resumed(make: Any) -> list[object]:
        line = make(Line)()
        for event in ("dial", "work", "drop"):
            line.step(event)
        return told(line.step("resume"))

    assert resumed(stock) == ["subscribe", "subscribe"]
    assert [resumed(make) for make in ours] == [["subscribe"]] * len(ours)


class Boxes(Chart):
    """Two regions; there is something in the first, and something in that."""

    out = State(initial=True)

    class both(State.Parallel):
        class left(Compound):
            class inner(Compound):
                leaf = State(initial=True)

        class right(Compound):
            twig = State(initial=True)

    enter = out.to(both)
    leave = both.to(out)

    def on_enter_left(self) -> None:
        self.emit("left")

    def on_enter_inner(self) -> None:
        self.emit("inner")

    def on_enter_leaf(self) -> None:
        self.emit("leaf")

    def on_enter_right(self) -> None:
        self.emit("right")

    def on_exit_leaf(self) -> None:
        self.emit("-leaf")

    def on_exit_right(self) -> None:
        self.emit("-right")

    def on_exit_inner(self) -> None:
        self.emit("-inner")


def test_states_are_entered_and_left_in_document_order(ours):
    def walked(make: Any) -> tuple[list[object], list[object]]:
        chart = make(Boxes)()
        return told(chart.step("enter")), told(chart.step("leave"))

    assert walked(stock) == (["left", "inner", "right", "leaf"], ["-leaf", "-inner", "-right"])
    expected = ["left", "inner", "leaf", "right"], ["-right", "-leaf", "-inner"]
    assert [walked(make) for make in ours] == [expected] * len(ours)


class Rivals(Chart):
    """Two regions that both have a way out."""

    class both(State.Parallel):
        class left(Compound):
            l1 = State(initial=True)
            l2 = State()

        class right(Compound):
            r1 = State(initial=True)

    out = State()
    back = out.to(both)
    turn = both.left.l1.to(both.left.l2) | both.left.l2.to(both.left.l1)
    leave = both.left.l1.to(out, on="by_left") | both.right.r1.to(out, on="by_right")

    def by_left(self) -> None:
        self.emit("left")

    def by_right(self) -> None:
        self.emit("right")


def test_regions_are_asked_in_document_order(ours):
    def winners(make: Any) -> list[object]:
        fresh, turned = make(Rivals)(), make(Rivals)()
        turned.step("turn")
        turned.step("turn")
        assert fresh.active_leaves == turned.active_leaves
        return told(fresh.step("leave")) + told(turned.step("leave"))

    assert winners(stock) == ["left", "right"]
    assert [winners(make) for make in ours] == [["left", "left"]] * len(ours)


class Fragile(Chart):
    """Something fails after the point where python-statemachine goes back no more."""

    start = State(initial=True)
    middle = State()

    class end(Compound):
        inner = State(initial=True)
        other = State()
        last = HistoryState()
        last.to(inner)
        switch = inner.to(other)

    finish = start.to(middle, after="fail")
    pass_on = start.to(middle)
    middle.to(end, on="fail")
    skip = start.to(end.last)
    back = end.to(start, on="fail_if_told")

    def fail(self) -> None:
        raise RuntimeError

    def fail_if_told(self, fails: bool) -> None:
        if fails:
            raise RuntimeError


def test_a_step_that_raises_changes_nothing(ours):
    def failed(make: Any, event: str) -> tuple[str, ...]:
        chart = make(Fragile)()
        with pytest.raises(RuntimeError):
            chart.step(event)
        return chart.active_leaves

    for event in ("finish", "pass_on"):
        assert failed(stock, event) == ("middle",)
        assert [failed(make, event) for make in ours] == [("start",)] * len(ours)

    def remembered(make: Any) -> tuple[str, ...]:
        """A failed way back must not record the place that was never left."""
        chart = make(Fragile)()
        chart.step("skip")
        chart.step("back", fails=False)
        chart.step("skip")
        chart.step("switch")
        with pytest.raises(RuntimeError):
            chart.step("back", fails=True)
        return history(chart)

    assert remembered(stock) == ("other",)
    assert [remembered(make) for make in ours] == [("inner",)] * len(ours)


def history(chart: Any) -> tuple[str, ...]:
    if hasattr(chart, "history_values"):
        return tuple(state.id for state in chart.history_values["last"])
    return dict(chart._at.place.history)["last"]


def test_a_circle_of_eventless_transitions_is_refused(ours):
    class Circle(Chart):
        rest = State(initial=True)
        here = State()
        there = State()
        spin = rest.to(here)
        end = here.to(rest)
        here.to(there, cond="is_dizzy")
        there.to(here)

        def __init__(self) -> None:
            self.turns = 0
            super().__init__()

        def is_dizzy(self) -> bool:
            self.turns += 1
            return self.turns < 1000

    chart = stock(Circle)()
    chart.step("spin")
    assert chart.turns > 1000  # it would have gone on
    for make in ours:
        chart = make(Circle)()
        with pytest.raises(DefinitionError, match="Circle: more than 100 microsteps in one step"):
            chart.step("spin")
        assert chart.active_leaves == ("rest",)


def test_nobody_is_given_what_an_entry_hook_returns(ours):
    class Job(Chart):
        class work(Compound):
            doing = State(initial=True)
            done = State(final=True)
            finish = doing.to(done)

        over = State()
        again = over.to(work)
        done_state_work = work.to(over, on="tell")

        def on_enter_done(self) -> dict[str, str]:
            return {"result": "something"}

        def tell(self, result: str = "nothing") -> None:
            self.emit(result)

    assert told(stock(Job)().step("finish")) == ["something"]
    for make in ours:
        assert told(make(Job)().step("finish")) == ["nothing"]


def test_effects_are_asked_for_by_hooks_only(ours):
    class Asking(Chart):
        here = State(initial=True)
        there = State()
        go = here.to(there, cond="may") | there.to(here)

        def may(self) -> bool:
            self.emit("asked by a guard")
            return True

    class Early(Asking):
        def __init__(self) -> None:
            super().__init__()
            self.emit("asked by __init__")

    assert told(stock(Asking)().step("go")) == ["asked by a guard"]
    for make in ours:
        chart = make(Asking)()
        with pytest.raises(DefinitionError, match="was asked for outside a hook"):
            chart.step("go")
        assert chart.active_leaves == ("here",)
        with pytest.raises(DefinitionError, match="was asked for outside a hook"):
            chart.cancel_timer("go")
        with pytest.raises(DefinitionError, match="was asked for outside a hook"):
            make(Early)()


def test_a_hook_sends_its_own_chart_no_event(ours):
    class Restless(Chart):
        a = State(initial=True)
        b = State()
        c = State()
        d = State()
        go = a.to(b, on="hurry")
        look = a.to(b, cond="can_hurry")
        leap = a.to(d, on="hurry")
        d.to(a, on="hurry")
        land = a.to(d)
        follow = b.to(c)
        back = c.to(a)

        def hurry(self) -> None:
            self.step("follow")

        def can_hurry(self) -> bool:
            self.step("follow")
            return True

    class Sending(Restless):
        def hurry(self) -> None:
            self.send("follow")

    chart = stock(Sending)()
    chart.step("go")
    assert chart.active_leaves == ("c",)
    for make in ours:
        chart = make(Restless)()
        for event in ("go", "look", "leap", "land"):
            with pytest.raises(DefinitionError, match="a hook sent 'follow' to its own chart"):
                chart.step(event)
            assert chart.active_leaves == ("a",)
    with pytest.raises(AttributeError, match="'send'"):
        Sending().step("go")


def test_data_may_have_any_name(ours):
    class Fields(Chart):
        here = State(initial=True)
        go = here.to(here, on="note")

        def note(self, delay: object = "", send_id: str = "", internal: str = "") -> None:
            self.emit((delay, send_id, internal))

        def on_go(self, machine: Any) -> None:
            self.emit(machine is self)

    data = {"delay": 1, "send_id": "s", "internal": "i"}
    for name, value in data.items():
        assert told(stock(Fields)().step("go", **{name: value})) == [("", "", ""), True]
    with pytest.raises(TypeError, match="machine"):
        stock(Fields)().step("go", machine="m")
    for make in ours:
        assert told(make(Fields)().step("go", **data, machine="m")) == [(1, "s", "i"), True]


def test_data_may_be_called_key_or_on_error(ours):
    class Fields(Chart):
        here = State(initial=True)
        go = here.to(here, on="note")

        def note(self, key: str, on_error: str) -> None:
            self.emit((key, on_error))

    for name in ("key", "on_error"):
        for make in (stock, reference):
            with pytest.raises(TypeError, match=f"multiple values for .*argument '{name}'"):
                make(Fields)().step("go", **{name: "x"})
    for make in ours:
        assert told(make(Fields)().step("go", key="k", on_error="e")) == [("k", "e")]


def test_an_unknown_event_named_like_an_attribute_is_unexpected(ours):
    class Named(Chart):
        here = State(initial=True)
        go = here.to(here)

        def __init__(self) -> None:
            self.attempt = 3
            super().__init__()

    with pytest.raises(AttributeError, match="'int' object has no attribute 'name'"):
        stock(Named)().step("attempt")
    for make in ours:
        for event in ("attempt", "step", "here"):
            with pytest.raises(UnexpectedEvent, match=f"Named: '{event}' is not expected in here"):
                make(Named)().step(event)


def test_hooks_are_given_the_states_of_the_class(ours):
    class Curious(Chart):
        here = State(initial=True)
        there = State()
        go = here.to(there) | there.to(here)

        def on_exit_here(self, source: State, event: str) -> None:
            self.emit((source is Curious.here, source.is_active, type(event) is str))

    for make in (stock, reference):
        assert told(make(Curious)().step("go")) == [(False, True, False)]
    for make in ours:
        assert told(make(Curious)().step("go")) == [(True, False, True)]


def test_a_compiled_chart_offers_what_charts_promise(ours):
    class Plain(Chart):
        here = State(initial=True)
        go = here.to(here, on="note")

        def note(self) -> None:
            self.emit("noted")

    gone = ("send", "configuration", "current_state_value", "allowed_events", "add_listener")
    assert all(hasattr(stock(Plain)(), name) for name in gone)
    for make in ours:
        chart = make(Plain)()
        assert not any(hasattr(chart, name) for name in gone)
        assert chart.step("go") == (Emit("noted"),)
        assert chart.here.is_active
