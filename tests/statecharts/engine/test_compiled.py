from __future__ import annotations

import copy
import pickle
import sys
import threading
import tracemalloc

import pytest
from statemachine import State, StateChart

from paradex_adapter.charts import EXAMPLES
from statecharts import Chart, DefinitionError, Emit, UnexpectedEvent
from statecharts import explore as explorer
from statecharts.engine import context, reference
from tests.statecharts.engine.zoo.history import RegionsRemembered


class Door(Chart):
    """A chart that declares its fields."""

    __slots__ = ("colour", "opened")

    closed = State(initial=True)
    open = State()
    gone = State(final=True)

    pull = closed.to(open)
    push = open.to(closed, on="slam")
    take = open.to(gone, cond="is_light")

    def __init__(self, colour: str = "red") -> None:
        self.colour = colour
        self.opened = 0
        super().__init__()

    def is_light(self, strength: int) -> bool:
        return strength > 3

    def on_enter_open(self) -> None:
        self.opened += 1
        self.emit(f"{self.colour} door opened")

    def slam(self, noise: str = "bang") -> None:
        self.emit(noise)


def size(make) -> float:
    """The bytes that one of many takes."""
    kept = [None] * 2000
    tracemalloc.start()
    for at in range(len(kept)):
        kept[at] = make()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / len(kept)


def test_a_chart_is_one_of_its_class_and_no_machine_of_the_library():
    door = Door("blue")
    assert type(door) is Door
    assert not isinstance(door, StateChart)
    assert door.step("pull") == (Emit("blue door opened"),)
    assert repr(door) == "<Door open>"


def test_the_reference_is_one_of_the_class_too_and_behaves_alike():
    door = reference(Door)("blue")
    assert isinstance(door, Door)
    assert isinstance(door, StateChart)
    assert reference(Door) is reference(Door)
    assert (type(door).__name__, type(door).__module__) == ("Door", Door.__module__)
    assert door.step("pull") == (Emit("blue door opened"),)
    assert repr(door) == "<Door open>"


def test_a_chart_costs_two_pointers_besides_its_fields():
    class Bare(Chart):
        __slots__ = ()
        here = State(initial=True)
        there = here.to(here)

    assert sys.getsizeof(Bare()) <= 48
    assert size(Bare) <= 64
    assert size(Door) <= 64 + 2 * 8


def test_a_chart_that_declares_no_slots_takes_any_field():
    (order,) = (e.chart(*e.arguments) for e in EXAMPLES if e.chart.__name__ == "Order")
    order.remark = "made up"
    assert context(order)["remark"] == "made up"
    with pytest.raises(AttributeError):
        Door().remark = "made up"


def test_a_charts_context_is_its_fields_and_not_where_it_is():
    for make in (Door, reference(Door)):
        assert {"colour": "blue", "opened": 0}.items() <= context(make("blue")).items()
    assert list(context(Door())) == ["colour", "opened"]


def test_a_class_without_states_makes_no_chart():
    with pytest.raises(DefinitionError, match="Chart has no states"):
        Chart()


def test_a_state_knows_in_each_chart_whether_it_is_active():
    line, other = RegionsRemembered(), RegionsRemembered()
    up, known = line.up, line.up.auth.known
    line.step("dial")
    line.step("login")
    assert (up.is_active, known.is_active, line.known.is_active) == (True, True, True)
    assert not other.up.is_active
    assert other.down.is_active
    assert (known.id, known.parent.id, known.name) == ("known", "auth", "Known")
    assert known == RegionsRemembered.known
    assert hash(known) == hash(RegionsRemembered.known)
    assert repr(known) == repr(RegionsRemembered.known)


def test_states_are_active_as_they_are_on_the_reference():
    compiled, slow = RegionsRemembered(), reference(RegionsRemembered)()
    for event in ("dial", "hear", "drop", "redial"):
        compiled.step(event)
        slow.step(event)
        for id_ in ("down", "up", "net", "auth", "quiet", "loud", "anonymous", "known"):
            assert getattr(compiled, id_).is_active == getattr(slow, id_).is_active


def test_what_happens_shows_while_hooks_run():
    class Watcher(Chart):
        here = State(initial=True)
        there = State()
        go = here.to(there, before="look", on="look", after="look", cond="look_first")
        back = there.to(here)

        def look_first(self) -> bool:
            assert self.here.is_active
            return True

        def look(self) -> None:
            self.emit((self.active_leaves, self.here.is_active, self.there.is_active))

    before, after = (("here",), True, False), (("there",), False, True)
    assert Watcher().step("go") == (Emit(before), Emit(before), Emit(after))


def test_charts_of_a_class_are_independent():
    one, two = Door(), Door()
    one.step("pull")
    assert (one.active_leaves, two.active_leaves) == (("open",), ("closed",))
    with pytest.raises(UnexpectedEvent):
        two.step("push")


def test_an_interrupted_step_changes_nothing():
    class Interrupted(Chart):
        here = State(initial=True)
        there = State()
        go = here.to(there) | there.to(here)

        def on_enter_there(self) -> None:
            raise KeyboardInterrupt

    for make in (Interrupted, reference(Interrupted)):
        chart = make()
        with pytest.raises(KeyboardInterrupt):
            chart.step("go")
        assert chart.active_leaves == ("here",)


def pickled(chart: Chart) -> Chart:
    return pickle.loads(pickle.dumps(chart))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_is_where_its_original_was_and_goes_its_own_way(again):
    door = Door("green")
    door.step("pull")
    other = again(door)
    door.step("push")
    assert other.active_leaves == ("open",)
    assert context(other) == {"colour": "green", "opened": 1}
    assert other.step("push", noise="click") == (Emit("click"),)
    with pytest.raises(DefinitionError):
        other.emit("from outside")


def test_a_copy_has_its_history():
    line = RegionsRemembered()
    for event in ("dial", "login", "drop"):
        line.step(event)
    other = pickle.loads(pickle.dumps(line))
    other.step("redial")
    assert other.known.is_active


def test_charts_of_a_class_may_begin_in_several_threads_at_once():
    """Cells are compiled when they are needed, whoever is first."""
    for _ in range(5):

        class Fresh(RegionsRemembered):
            pass

        places: list[tuple[str, ...]] = []
        start = threading.Barrier(4)

        def walk(make=Fresh, start=start, places=places) -> None:
            chart = make()
            start.wait()
            for event in ("dial", "login", "hear", "drop", "redial", "drop", "resume"):
                try:
                    chart.step(event)
                except UnexpectedEvent:
                    chart.step("drop")
            places.append(chart.active_leaves)

        threads = [threading.Thread(target=walk) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(places)) == 1
        assert len(places) == 4


@pytest.mark.parametrize("example", EXAMPLES[:2], ids=lambda example: example.chart.__name__)
def test_an_exploration_on_the_reference_finds_the_same(monkeypatch, example):
    found = explorer.explore(example)

    def make(example, probe):
        return reference(probe)(*example.arguments)

    monkeypatch.setattr(explorer, "_make", make)
    assert explorer.explore(example).cells == found.cells
