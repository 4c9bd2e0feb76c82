"""History states: shallow and deep, with defaults, of compounds and of regions."""

from __future__ import annotations

from statemachine import HistoryState, State

from statecharts import Chart, Compound


class Shallow(Chart):
    """A history state that remembers the child, with a default and actions on the way."""

    out = State(initial=True)

    class room(Compound):
        class desk(Compound):
            tidy = State(initial=True)
            messy = State()
            use = tidy.to(messy)

        bed = State()
        last = HistoryState()
        last.to(bed, on="yawn")
        tire = desk.to(bed) | bed.to(desk)
        recall = desk.to(last, on="note") | bed.to(last)

    leave = room.to(out, on="note")
    come = out.to(room.last, on="note", cond="may") | out.to(room)

    def may(self) -> bool: ...

    def note(self) -> None:
        self.emit("noted")

    def yawn(self, source: State, target: State) -> None:
        self.emit(("yawn", source.id, target.id))

    def on_enter_room(self) -> None:
        self.emit("+room")

    def on_enter_desk(self) -> None:
        self.emit("+desk")

    def on_enter_bed(self, source: State) -> None:
        self.emit(("+bed", source.id))


class DeepHistory(Chart):
    """A history state that remembers the leaf, and one below it."""

    out = State(initial=True)

    class house(Compound):
        class floor(Compound):
            class hall(Compound):
                dark = State(initial=True)
                lit = State()
                switch = dark.to(lit) | lit.to(dark)

            stairs = State()
            walk = hall.to(stairs) | stairs.to(hall)
            here = HistoryState()
            here.to(stairs)

        roof = State()
        climb = floor.to(roof) | roof.to(floor.here)
        before = HistoryState(type="deep")
        before.to(roof, on="shiver")

    leave = house.to(out)
    come = out.to(house.before, on="note") | house.to(house.before, cond="may")

    def may(self) -> bool: ...

    def note(self) -> None:
        self.emit("noted")

    def shiver(self) -> None:
        self.emit("brr")

    def on_enter_floor(self) -> None:
        self.emit("+floor")

    def on_enter_lit(self) -> None:
        self.emit("+lit")

    def on_enter_roof(self) -> None:
        self.emit("+roof")


class RegionsRemembered(Chart):
    """A session of two regions, each remembered by itself or together."""

    down = State(initial=True)

    class up(State.Parallel):
        class net(Compound):
            quiet = State(initial=True)
            loud = State()
            hear = quiet.to(loud)

        class auth(Compound):
            anonymous = State(initial=True)
            known = State()
            login = anonymous.to(known)
            as_before = HistoryState()
            as_before.to(anonymous, on="note")

        all = HistoryState(type="deep")
        all.to(auth.known, on="note")

    dial = down.to(up)
    drop = up.to(down, on="note")
    redial = down.to(up.auth.as_before, on="note") | up.net.loud.to(up.auth.as_before)
    resume = down.to(up.all, on="note", cond="may") | down.to(up.net.loud)

    def may(self) -> bool: ...

    def note(self) -> None:
        self.emit(self.active_leaves)

    def on_enter_up(self) -> None:
        self.emit("+up")

    def on_enter_loud(self) -> None:
        self.emit("+loud")

    def on_enter_known(self) -> None:
        self.emit("+known")
