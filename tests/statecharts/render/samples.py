"""Small charts that have, between them, everything a chart can have."""

from __future__ import annotations

from statemachine import State

from statecharts import HERE, Chart, Compound
from statecharts.explore import Example


class Knock:
    pass


class Opened:
    pass


class Alarm:
    pass


class Door(Chart):
    """A door with a lock.

    It may be broken, and then it is over.
    """

    closed = State(initial=True)  # shut, not locked
    locked = State()  # shut, and the key was turned
    ajar = State(  # open a little
        enter=[]
    )
    broken = State(final=True)

    push = closed.to(ajar, cond="is_oiled", on="tell") | closed.to(closed, on="knock")
    knocked = locked.to(HERE, on="knock") | closed.to(HERE)
    turned = closed.to(locked) | locked.to(closed)
    unlocked = locked.to(closed)
    swing_shut = ajar.to(closed)
    kick = closed.to(broken) | locked.to(broken, unless="is_oiled") | ajar.to(broken)

    def is_oiled(self) -> bool:
        return True

    def on_enter_ajar(self) -> None:
        self.start_timer("swing_shut", 2.5)

    def on_exit_ajar(self) -> None:
        self.cancel_timer("swing_shut")

    def knock(self) -> None:
        self.request(Knock())

    def tell(self) -> None:
        self.emit(Opened())


class CoffeeMachine(Chart):
    """Warms water while it watches its tank."""

    off = State(initial=True)  # no current

    class on(State.Parallel):  # current
        class water(State.Compound):  # the boiler
            cold = State(initial=True)  # below 90 degrees
            hot = State()  # 90 degrees or more
            warmed = cold.to(hot)
            cooled = hot.to(cold)

        class tank(State.Compound):  # how full it is
            filled = State(initial=True)  # enough for a cup
            empty = State()  # not enough
            drawn = filled.to(filled, cond="has_more") | filled.to(empty)
            refilled = empty.to(filled)

    switched_on = off.to(on)
    switched_off = on.to(off)
    overheated = on.to(off, on="alarm")

    def has_more(self) -> bool:
        return True

    def alarm(self) -> None:
        self.emit(Alarm())


class Parcel(Chart):
    """Has arrows across, into and out of states within states."""

    packed = State(initial=True)  # at the sender's

    class travelling(Compound):  # with the carrier
        driven = State(initial=True)  # on the road

        class stored(Compound):  # in a depot
            shelved = State(initial=True)  # waiting
            sorted_out = State()  # on its way to a lorry

    delivered = State(final=True)  # at the receiver's
    lost = State(final=True)  # nobody knows

    collected = packed.to(travelling)
    unloaded = travelling.driven.to(travelling.stored)
    picked = travelling.stored.shelved.to(travelling.stored.sorted_out)
    misplaced = travelling.stored.to(travelling.stored.shelved)
    loaded = travelling.stored.sorted_out.to(travelling.driven)
    rerouted = travelling.stored.to(travelling)
    returned = travelling.to(packed)
    scanned = travelling.to(HERE, on="report")
    handed_over = travelling.driven.to(delivered, on="report_twice")
    gone = travelling.to(lost)

    def on_enter_travelling(self) -> None:
        self.emit(Opened())

    def on_exit_travelling(self) -> None:
        self.emit(Alarm())

    def report(self) -> None:
        self.emit(Knock())

    def report_twice(self) -> None:
        self.report()
        self.report()


class Lift(Chart):
    """Enters the states inside another, never that other by its border."""

    halted = State(initial=True)

    class moving(Compound):
        up = State(initial=True)
        down = State()

    called_from_above = halted.to(moving.up)
    called_from_below = halted.to(moving.down)
    arrived = moving.to(halted)


DOOR = Example(Door)
COFFEE_MACHINE = Example(CoffeeMachine)
PARCEL = Example(Parcel)
LIFT = Example(Lift)

EXAMPLES = (DOOR, COFFEE_MACHINE, PARCEL, LIFT)
TWICE = (DOOR, DOOR)
NO_EXAMPLES = ("Door",)
