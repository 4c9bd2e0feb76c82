"""States in states, and transitions to, past, out of and within them."""

from __future__ import annotations

from statemachine import State

from statecharts import HERE, Chart, Compound


class Flat(Chart):
    """Every place where a hook can stand, guards one after the other, a final state."""

    idle = State(initial=True)
    busy = State()
    gone = State(final=True)

    begin = idle.to(busy, before="get_ready", on="work", after="boast", cond="is_fit")
    rest = busy.to(idle, unless=["is_late", "is_fit"], on="work") | busy.to(gone, cond="is_late")
    quit = idle.to(gone) | busy.to(gone, on=["work", "boast"])

    def is_fit(self) -> bool: ...

    def is_late(self, hour: int) -> bool: ...

    def get_ready(self) -> None:
        self.emit("ready")

    def work(self, hour: int = 8) -> None:
        self.emit(("work", hour))

    def boast(self) -> None:
        self.emit("boast")

    def before_begin(self) -> None:
        self.emit("before begin")

    def on_begin(self) -> None:
        self.emit("begin")

    def after_begin(self) -> None:
        self.emit("after begin")

    def on_exit_idle(self) -> None:
        self.cancel_timer("begin")

    def on_enter_busy(self) -> None:
        self.start_timer("rest", 1.0)

    def on_enter_gone(self, hour: int) -> None:
        self.emit(("gone", hour))


class Nested(Chart):
    """A compound: entered by default and past it, left from inside and as a whole."""

    off = State(initial=True)

    class on(Compound):
        slow = State(initial=True)
        fast = State()
        swap = slow.to(fast, cond="is_dry") | fast.to(slow)

    press = off.to(on) | on.slow.to(off, cond="is_dry") | on.to(off)
    boost = off.to(on.fast) | on.to(on.fast)
    check = on.to(HERE, on="look") | on.fast.to(HERE, on="look_well", cond="is_dry")
    restart = on.to(on)

    def is_dry(self) -> bool: ...

    def look(self, state: State) -> None:
        self.emit(("look", state.id))

    def look_well(self, source: State, target: State | None) -> None:
        self.emit(("well", source.id, target))

    def on_enter_on(self, target: State) -> None:
        self.emit(("on", target.id))

    def on_exit_on(self, source: State) -> None:
        self.emit(("off", source.id))

    def on_enter_slow(self, source: State, target: State, state: State) -> None:
        self.emit((source.id, target.id, state.id))

    def on_exit_fast(self, source: State, target: State, state: State) -> None:
        self.emit((source.id, target.id, state.id))


class Deep(Chart):
    """Three levels, with transitions up, down, across, and internal ones into what is inside."""

    out = State(initial=True)

    class a(Compound):
        class b(Compound):
            c = State(initial=True)
            d = State()
            dive = c.to(d)

        e = State()
        rise = b.to(e, cond="may")
        sink = e.to(b.d)

    enter = out.to(a.b.d) | a.to(out)
    inside = a.to(a.e, internal=True, on="note") | out.to(a.b)
    outside = a.to(a.e, on="note")
    twice = a.b.to(a.b.c, internal=True) | a.to(a, cond="may")

    def may(self) -> bool: ...

    def note(self, event: str) -> None:
        self.emit(str(event))

    def on_enter_a(self) -> None:
        self.emit("+a")

    def on_exit_a(self) -> None:
        self.emit("-a")

    def on_enter_b(self) -> None:
        self.emit("+b")

    def on_exit_b(self) -> None:
        self.emit("-b")

    def on_exit_c(self) -> None:
        self.emit("-c")

    def on_enter_d(self) -> None:
        self.emit("+d")


class Selfish(Chart):
    """Transitions to the state itself, to nowhere, inside, of leaves and of what is around."""

    class pen(Compound):
        sheep = State(initial=True)
        goat = State()

        turn = sheep.to(sheep, on="note") | goat.to.itself(on="note")
        scratch = sheep.to.itself(internal=True, on="note") | goat.to(HERE, on="note")

    cave = State(final=True)

    move = pen.sheep.to(pen.goat) | pen.goat.to(pen.sheep)
    count = pen.to(HERE, on="note")
    mend = pen.to(pen, on="note")
    flee = pen.to(cave)

    def note(self, state: State, source: State, target: State | None) -> None:
        self.emit((state.id, source.id, target and target.id))

    def after_scratch(self, state: State, target: State | None) -> None:
        self.emit((state.id, target and target.id))

    def on_exit_pen(self) -> None:
        self.emit("-pen")

    def on_enter_goat(self) -> None:
        self.emit("+goat")

    def on_exit_sheep(self) -> None:
        self.emit("-sheep")


class Shy(Selfish):
    """The same, but internal transitions enter nothing again."""

    enable_self_transition_entries = False
