"""Charts that move on by themselves: eventless transitions, states that are done."""

from __future__ import annotations

from statemachine import State

from statecharts import Chart, Compound


class Eventless(Chart):
    """States that are passed through, guarded ways on, and one that waits for its guard."""

    start = State(initial=True)
    first = State()
    second = State()
    third = State()
    last = State(final=True)

    begin = start.to(first, on="note")
    again = third.to(first, on="note") | second.to(third)
    first.to(second, cond="may", on="note")
    first.to(third, on="note")
    second.to(last, cond="may and must", on="note")
    third.to(last, cond="must")

    def may(self) -> bool: ...

    def must(self) -> bool: ...

    def note(self, event: str | None, source: State) -> None:
        self.emit((event, source.id))

    def on_enter_first(self, hour: int = 0) -> None:
        self.emit(("first", hour))

    def on_enter_last(self) -> None:
        self.emit("last")


class Circle(Chart):
    """Two states that each lead on to the other as long as a guard holds."""

    start = State(initial=True)
    this = State()
    that = State()

    begin = start.to(this)
    end = this.to(start) | that.to(start)
    this.to(that, cond="is_dizzy")
    that.to(this, cond="is_dizzy")

    def is_dizzy(self) -> bool: ...

    def on_enter_that(self) -> None:
        self.emit("that")


class Done(Chart):
    """A compound whose end moves the chart on, by itself and from within a larger one."""

    idle = State(initial=True)

    class job(Compound):
        class part(Compound):
            cutting = State(initial=True)
            cut = State(final=True)
            snip = cutting.to(cut)

        finishing = State()
        finished = State(final=True)
        polish = finishing.to(finished, on="note")
        done_state_part = part.to(finishing, on="note")

    over = State(final=True)

    begin = idle.to(job) | idle.to(job.finished, cond="is_done")
    done_state_job = job.to(over, cond="is_done", on="note") | job.to(idle)

    def is_done(self) -> bool: ...

    def note(self, event: str) -> None:
        self.emit(str(event))

    def on_enter_cut(self) -> None:
        self.emit("cut")

    def on_enter_over(self) -> None:
        self.emit("over")
