"""Parallel regions: one event for several, conflicts, regions in regions, ends."""

from __future__ import annotations

from statemachine import State

from statecharts import HERE, Chart, Compound


class Regions(Chart):
    """Two regions: one event for both, one for each, guards of either, a way out of all."""

    class both(State.Parallel):
        class left(Compound):
            l1 = State(initial=True)
            l2 = State()
            go_left = l1.to(l2) | l2.to(l1)

        class right(Compound):
            r1 = State(initial=True)
            r2 = State()
            go_right = r1.to(r2) | r2.to(r1, cond="may")

    away = State()

    step_on = (
        both.left.l1.to(both.left.l2, on="note", cond="may")
        | both.right.r1.to(both.right.r2, on="note")
        | both.right.r2.to(both.right.r1, unless="may", on="note")
        | both.to(HERE, on="note", cond="must")
    )
    leave = both.left.to(away, cond="may") | both.right.to(away, on="note") | both.to(away)
    jump = both.left.to(both.right.r2) | away.to(both.right.r2)
    back = away.to(both)

    def may(self) -> bool: ...

    def must(self) -> bool: ...

    def note(self, source: State) -> None:
        self.emit((source.id, self.active_leaves))

    def on_exit_left(self) -> None:
        self.emit("-left")

    def on_exit_right(self) -> None:
        self.emit("-right")

    def on_enter_l2(self) -> None:
        self.emit(self.active_leaves)

    def on_enter_r2(self) -> None:
        self.emit(self.active_leaves)

    def on_exit_both(self) -> None:
        self.emit("-both")


class NestedRegions(Chart):
    """Regions in a region, where document order, conflicts and depth disagree."""

    start = State(initial=True)

    class outer(State.Parallel):
        class one(Compound):
            class inner(State.Parallel):
                class p(Compound):
                    p1 = State(initial=True)
                    p2 = State()

                class q(Compound):
                    q1 = State(initial=True)
                    q2 = State()

            calm = State()
            settle = inner.to(calm) | calm.to(inner)

        class two(Compound):
            t1 = State(initial=True)
            t2 = State()

    enter = start.to(outer) | outer.to(start)
    tick = (
        outer.one.inner.p.p1.to(outer.one.inner.p.p2)
        | outer.one.inner.p.p2.to(outer.one.inner.p.p1, cond="may")
        | outer.one.inner.q.q1.to(outer.one.inner.q.q2)
        | outer.one.inner.q.q2.to(outer.two.t2, cond="may")
        | outer.two.t1.to(outer.two.t2, on="note")
        | outer.two.to(outer.two, on="note")
    )
    hop = outer.one.inner.p.to(outer.two.t2) | start.to(outer.one.inner.q.q2)

    def may(self) -> bool: ...

    def note(self) -> None:
        self.emit(self.active_leaves)

    def on_enter_p1(self) -> None:
        self.emit("+p1")

    def on_exit_p1(self) -> None:
        self.emit("-p1")

    def on_enter_q(self) -> None:
        self.emit("+q")

    def on_exit_q(self) -> None:
        self.emit("-q")

    def on_enter_inner(self) -> None:
        self.emit("+inner")

    def on_enter_two(self) -> None:
        self.emit("+two")

    def on_exit_t2(self) -> None:
        self.emit("-t2")


class DoneRegions(Chart):
    """Regions that end one after the other; when both have, the chart is over."""

    class all(State.Parallel):
        class east(Compound):
            e1 = State(initial=True)
            e2 = State(final=True)
            eastwards = e1.to(e2)

        class west(Compound):
            w1 = State(initial=True)
            w2 = State(final=True)
            westwards = w1.to(w2, cond="may")

    fall = all.east.e1.to(all.east.e2) | all.west.w1.to(all.west.w2)
    note = all.to(HERE, on="tell")
    done_state_east = all.to(HERE, on="tell")
    done_state_all = all.to(HERE, on="tell") | all.west.w2.to(all.west.w1, cond="may")

    def may(self) -> bool: ...

    def tell(self, event: str) -> None:
        self.emit((str(event), self.active_leaves))

    def on_enter_e2(self) -> None:
        self.emit("+e2")

    def on_enter_w2(self) -> None:
        self.emit("+w2")
