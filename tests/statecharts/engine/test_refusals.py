"""What is not compiled is refused when the class is made: by name, and with the remedy."""

from __future__ import annotations

from typing import Any

import pytest
from statemachine import Event, HistoryState, State

from statecharts import Chart, Compound, DefinitionError, UnexpectedEvent
from statecharts.engine import reference


def chart(**body: Any) -> type[Chart]:
    """A chart of two states, with what else is in `body`."""
    here, there = State(initial=True), State()
    parts = {"here": here, "there": there, "go": here.to(there) | there.to(here)}
    return type(Chart)("Odd", (Chart,), parts | body)


def on(**settings: Any) -> type[Chart]:
    """A chart with one transition of these settings."""
    here, there = State(initial=True), State()
    methods = {"note": lambda self: None, "may": lambda self: True}
    parts = {"here": here, "there": there, "go": here.to(there, **settings) | there.to(here)}
    return type(Chart)("Odd", (Chart,), parts | methods)


def hook(function: Any) -> type[Chart]:
    """A chart with this function for a hook."""
    return chart(on_go=function)


async def coroutine(self: Any) -> None: ...


async def generator(self: Any) -> Any:
    yield


def refused(why: str) -> Any:
    return pytest.raises(DefinitionError, match=rf"^Odd\.{why}")


@pytest.mark.parametrize("function", [coroutine, generator])
def test_an_async_hook(function):
    with refused("on_go is async"):
        hook(function)


def test_an_async_guard():
    class Mixin:
        may = coroutine

    here, there = State(initial=True), State()
    body = {"here": here, "there": there, "go": here.to(there, cond="may") | there.to(here)}
    with refused("may is async"):
        type(Chart)("Odd", (Mixin, Chart), body)


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (lambda self, **anything: None, "on_go has the parameter '\\*\\*anything'.*name what"),
        (lambda self, p, /: None, "on_go has the parameter 'p'.*name what it needs"),
        (lambda self, event_data: None, "on_go has the parameter 'event_data'.*self has what"),
        (lambda self, model: None, "on_go has the parameter 'model'"),
        (lambda self, previous_configuration: None, "on_go has the parameter 'previous_conf"),
        (lambda self, new_configuration: None, "on_go has the parameter 'new_configuration'"),
        (lambda: None, "on_go cannot be called as a method"),
    ],
)
def test_a_parameter_that_cannot_be_given(function, why):
    with refused(why):
        hook(function)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"on": "nothing"}, "nothing is named as a hook.*correct the spelling"),
        ({"cond": "maybe"}, "maybe is named as a hook or guard.*correct the spelling"),
        ({"cond": "may and maybe"}, "maybe is named as a hook or guard"),
        ({"unless": "here"}, "here is a state or an event.*name a method"),
        ({"on": "go"}, "go is a state or an event.*name a method"),
        ({"validators": "note"}, "here has a transition with validators; write a guard"),
    ],
)
def test_a_setting_of_a_transition_that_means_nothing(settings, why):
    with refused(why):
        on(**settings)


def test_a_guard_that_is_no_boolean_expression():
    with pytest.raises(DefinitionError, match=r"the guard 'may \+ may' cannot be compiled"):
        on(cond="may + may")


def test_a_hook_that_is_a_value():
    with refused("limit is named as a hook and is no method"):
        here, there = State(initial=True), State()
        body = {"here": here, "there": there, "go": here.to(there, on="limit") | there.to(here)}
        type(Chart)("Odd", (Chart,), body | {"limit": 3})


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"catch_errors_as_events": True}, "catch_errors_as_events is False in every chart"),
        ({"allow_event_without_transition": True}, "allow_event_without_transition is False"),
        ({"atomic_configuration_update": False}, "atomic_configuration_update is True"),
        ({"prepare_event": lambda self: {}}, "prepare_event is not supported"),
        ({"listeners": [object()]}, "listeners are not supported; a driver's observer"),
        ({"start_configuration_values": ["there"]}, "start_configuration_values are not supp"),
    ],
)
def test_a_facility_of_the_library_that_charts_do_without(body, why):
    with refused(why):
        chart(**body)


def test_an_event_with_a_delay():
    here, there = State(initial=True), State()
    go = Event(here.to(there) | there.to(here), delay=5)
    with refused("go has a delay; a hook starts a timer"):
        type(Chart)("Odd", (Chart,), {"here": here, "there": there, "go": go})


def test_a_state_that_invokes_something():
    here, there = State(initial=True), State(invoke=lambda: None)
    body = {"here": here, "there": there, "go": here.to(there) | there.to(here)}
    with refused("there invokes something; request it"):
        type(Chart)("Odd", (Chart,), body)


def test_a_history_state_without_a_default():
    with refused(r"last is a history state without a default; add last\.to"):

        class Odd(Chart):
            out = State(initial=True)

            class room(Compound):
                bed = State(initial=True)
                last = HistoryState()

            come = out.to(room.last) | room.to(out)


def test_a_state_and_an_attribute_of_one_name():
    with refused("inside is a state and an attribute; call one of them something else"):

        class Odd(Chart):
            class around(Compound):
                inside = State(initial=True)

            stay = around.to(around)

            def inside(self) -> None: ...


def test_a_field_of_the_name_of_a_state():
    def __init__(self: Any) -> None:
        self.there = 1

    with refused("there is a state and an attribute"):
        chart(__init__=__init__)


def test_a_chart_that_would_do_something_while_it_is_being_made():
    with refused("on_transition would run while the chart is being made"):

        class Odd(Chart):
            class around(Compound):
                inside = State(initial=True)

            stay = around.to(around)

            def on_transition(self) -> None: ...


def test_a_chart_that_would_move_on_by_itself_while_it_is_being_made():
    here, there = State(initial=True), State()
    here.to(there, cond="may")
    body = {"here": here, "there": there, "back": there.to(here), "may": lambda self: True}
    with pytest.raises(DefinitionError, match="Odd would move on by itself while it is being made"):
        type(Chart)("Odd", (Chart,), body)


def test_a_chart_that_would_be_done_while_it_is_being_made():
    with pytest.raises(DefinitionError, match="Odd would move on by itself while it is being made"):

        class Odd(Chart):
            class job(Compound):
                done = State(initial=True, final=True)

            over = State(final=True)
            done_state_job = job.to(over)


def test_a_refused_subclass_leaves_its_base_as_it_was():
    class Good(Chart):
        out = State(initial=True)

        class both(State.Parallel):
            class left(Compound):
                class inner(Compound):
                    leaf = State(initial=True)

            class right(Compound):
                twig = State(initial=True)

        leave = both.to(out)
        enter = out.to(both)

        def on_enter_inner(self) -> None: ...

    with pytest.raises(DefinitionError):
        type(Chart)("Bad", (Good,), {"on_enter_innner": lambda self: None})
    for make in (Good, reference(Good)):
        good = make()
        good.step("enter")
        assert good.active_leaves == ("both.left.inner.leaf", "both.right.twig")


def test_a_transition_that_a_subclass_adds_is_none_of_its_base():
    class Small(Chart):
        here = State(initial=True)
        there = State()
        go = here.to(there) | there.to(here)

    class Large(Small):
        more = Small.there.to(Small.there)

    small, large = Small(), Large()
    small.step("go")
    large.step("go")
    assert large.step("more") == ()
    with pytest.raises(UnexpectedEvent, match="'more' is not expected"):
        small.step("more")
