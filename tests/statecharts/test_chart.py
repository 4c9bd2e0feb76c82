from __future__ import annotations

import pytest
from statemachine import State

from statecharts import (
    HERE,
    CancelTimer,
    Chart,
    Compound,
    DefinitionError,
    Emit,
    Request,
    StartTimer,
    UnexpectedEvent,
)
from tests.statecharts.samples import Ask, Errand, Told


class Bomb(Chart):
    """Its fuse is a hook with a bug in it."""

    calm = State(initial=True)
    lit = State()
    gone = State(final=True)

    light = calm.to(lit)
    burn = lit.to(gone)

    def on_light(self) -> None:
        self.emit(Told("lit"))

    def on_exit_lit(self) -> None:
        self.emit(Told("about to explode"))

    def on_enter_gone(self) -> None:
        raise RuntimeError("a bug in a hook")


def test_a_step_returns_the_effects_of_its_hooks_in_the_order_of_asking():
    errand = Errand("how")
    assert errand.step("begin") == (Request(Ask("how")), StartTimer("answer_timeout", 5.0))
    assert errand.active_leaves == ("busy.asking",)
    assert errand.step("answered", answer="so") == (
        CancelTimer("answer_timeout"),
        Emit(Told("so")),
    )
    assert errand.active_leaves == ("done",)


def test_an_exception_in_a_hook_propagates_and_leaves_neither_change_nor_effects():
    bomb = Bomb()
    bomb.step("light")
    with pytest.raises(RuntimeError, match="a bug in a hook"):
        bomb.step("burn")
    assert bomb.active_leaves == ("lit",)
    with pytest.raises(UnexpectedEvent):
        bomb.step("light")
    with pytest.raises(RuntimeError):
        bomb.step("burn")


@pytest.mark.parametrize("hook", ["on_exit_lit", "on_burn"])
def test_a_hook_interrupted_on_the_way_leaves_the_chart_where_it_was(hook):
    def interrupt(self: Chart) -> None:
        raise KeyboardInterrupt

    lit, gone = State(initial=True), State(final=True)
    body = {"lit": lit, "gone": gone, "burn": lit.to(gone), hook: interrupt}
    fuse = type(Chart)("Fuse", (Chart,), body)()
    with pytest.raises(KeyboardInterrupt):
        fuse.step("burn")
    assert fuse.active_leaves == ("lit",)


def test_effects_of_a_failed_step_are_not_performed_by_the_next():
    class Clumsy(Chart):
        here = State(initial=True)
        there = State(final=True)
        drop = here.to(there, on="fail")
        walk = here.to(there)

        def fail(self) -> None:
            self.emit(Told("dropped"))
            raise RuntimeError

    clumsy = Clumsy()
    with pytest.raises(RuntimeError):
        clumsy.step("drop")
    assert clumsy.step("walk") == ()


def test_an_event_that_is_not_listed_here_is_refused_and_changes_nothing():
    errand = Errand()
    with pytest.raises(UnexpectedEvent) as refusal:
        errand.step("answered", answer="early")
    assert str(refusal.value) == "Errand: 'answered' is not expected in idle"
    assert (refusal.value.chart, refusal.value.event) == ("Errand", "answered")
    assert refusal.value.configuration == errand.active_leaves == ("idle",)


def test_an_event_that_no_chart_knows_is_refused():
    with pytest.raises(UnexpectedEvent, match="'nonsense' is not expected in idle"):
        Errand().step("nonsense")


def test_an_event_whose_every_guard_says_no_is_refused():
    errand = Errand(allowed=False)
    with pytest.raises(UnexpectedEvent):
        errand.step("begin")
    assert errand.active_leaves == ("idle",)


def test_a_transition_to_here_runs_its_hook_and_leaves_what_is_inside_alone():
    errand = Errand()
    errand.step("begin")
    errand.step("answer_timeout")
    assert errand.step("noted", note="patience") == ()
    assert errand.active_leaves == ("busy.resting",)
    assert errand.notes == ["patience"]


def test_the_innermost_state_answers_first():
    errand = Errand()
    errand.step("begin")
    errand.step("answer_timeout")
    assert errand.step("answered", answer="oh") == (Emit(Told("late: oh")),)
    errand.step("again")
    assert Emit(Told("ah")) in errand.step("answered", answer="ah")
    assert errand.active_leaves == ("done",)


def test_a_hook_on_an_event_runs_after_the_one_named_on_the_transition():
    class Pair(Chart):
        here = State(initial=True)
        there = State(final=True)
        go = here.to(there, on="first")

        def on_go(self) -> None:
            self.emit(Told("second"))

        def first(self) -> None:
            self.emit(Told("first"))

        def before_go(self) -> None:
            self.emit(Told("before"))

    assert Pair().step("go") == tuple(Emit(Told(what)) for what in ("before", "first", "second"))


def test_a_chart_shows_where_it_is():
    errand = Errand()
    errand.step("begin")
    assert repr(errand) == "<Errand busy.asking>"


def test_a_misspelt_hook_is_refused_with_its_name_and_the_remedy():
    with pytest.raises(DefinitionError, match=r"Typo\.on_enter_thre .*correct the spelling"):

        class Typo(Chart):
            here = State(initial=True)
            there = State(final=True)
            go = here.to(there)

            def on_enter_thre(self) -> None: ...


@pytest.mark.parametrize("name", ["on_gone", "before_gone", "after_gone", "on_exit_nowhere"])
def test_a_hook_of_nothing_is_refused(name):
    here, there = State(initial=True), State(final=True)
    body = {"here": here, "there": there, "go": here.to(there), name: lambda self: None}
    with pytest.raises(DefinitionError, match=rf"Orphan\.{name} would never be called"):
        type(Chart)("Orphan", (Chart,), body)


def test_a_method_named_on_a_transition_may_be_called_like_a_hook():
    class Named(Chart):
        here = State(initial=True)
        there = State(final=True)
        go = here.to(there, on="on_our_way")

        def on_our_way(self) -> None:
            self.emit(Told("going"))

    assert Named().step("go") == (Emit(Told("going")),)


def test_two_states_of_one_id_are_refused_on_whatever_levels():
    with pytest.raises(DefinitionError, match=r"Twins: two states are called 'on'.*rename one"):

        class Twins(Chart):
            off = State(initial=True)

            class on(Compound):
                on = State(initial=True)

            flip = off.to(on) | on.to(off)


@pytest.mark.parametrize("name", ["step", "emit", "send", "configuration"])
def test_a_state_with_a_name_that_every_chart_has_is_refused(name):
    here, there = State(initial=True), State(final=True)
    body = {"here": here, name: there, "go": here.to(there)}
    with pytest.raises(DefinitionError, match=rf"Taken\.{name}: every chart has .*something else"):
        type(Chart)("Taken", (Chart,), body)


def test_an_event_with_a_name_that_every_chart_has_is_refused():
    with pytest.raises(DefinitionError, match=r"Taken\.request: every chart has an attribute"):

        class Taken(Chart):
            here = State(initial=True)
            there = State(final=True)
            request = here.to(there)


def test_an_entry_hook_of_the_initial_state_is_refused():
    with pytest.raises(DefinitionError, match=r"Eager\.on_enter_here .*transitions that lead"):

        class Eager(Chart):
            here = State(initial=True)
            there = State(final=True)
            go = here.to(there)

            def on_enter_here(self) -> None: ...


def test_an_entry_hook_of_what_the_initial_state_enters_is_refused():
    with pytest.raises(DefinitionError, match=r"Deep\.on_enter_inner would run while"):

        class Deep(Chart):
            class outer(Compound):
                inner = State(initial=True)
                other = State()
                swap = inner.to(other) | other.to(inner)

            stay = outer.to(HERE)

            def on_enter_inner(self) -> None: ...


def test_an_async_hook_is_refused():
    with pytest.raises(DefinitionError, match=r"Slow\.on_go is async: .*comes back as an event"):

        class Slow(Chart):
            here = State(initial=True)
            there = State(final=True)
            go = here.to(there)

            async def on_go(self) -> None: ...


def test_an_internal_transition_of_a_compound_to_itself_is_refused():
    with pytest.raises(DefinitionError, match=r"Inner\.outer: .* write \.to\(HERE\) instead"):

        class Inner(Chart):
            class outer(Compound):
                inner = State(initial=True)
                other = State()
                swap = inner.to(other) | other.to(inner)

            stay = outer.to(outer, internal=True)


def test_here_is_the_spelling_for_staying():
    class Inner(Chart):
        class outer(Compound):
            inner = State(initial=True)
            other = State()
            swap = inner.to(other) | other.to(inner)

        stay = outer.to(HERE)

    chart = Inner()
    chart.step("swap")
    chart.step("stay")
    assert chart.active_leaves == ("outer.other",)
