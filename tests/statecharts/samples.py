"""One small chart with everything in it that the framework promises something about."""

from __future__ import annotations

from dataclasses import dataclass

from statemachine import State

from statecharts import HERE, Chart, Compound
from statecharts.explore import Example


@dataclass(frozen=True, slots=True)
class Ask:
    """A request."""

    what: str


@dataclass(frozen=True, slots=True)
class Told:
    """A fact."""

    what: str


class Errand(Chart):
    """A question that is answered, or asked again."""

    idle = State(initial=True)  # nothing is asked

    class busy(Compound):  # an answer is wanted
        asking = State(initial=True)  # the question is out
        resting = State()  # it went unanswered; it will be asked again

    done = State(final=True)  # answered

    begin = idle.to(busy, cond="is_allowed")
    answered = busy.asking.to(done, on="tell") | busy.to(HERE, on="tell_late")
    answer_timeout = busy.asking.to(busy.resting)
    again = busy.resting.to(busy.asking, cond="is_patient and not is_tired") | busy.resting.to(idle)
    noted = busy.to(HERE, on="note")
    abandon = busy.to(idle)

    def __init__(self, question: str = "why", allowed: bool = True) -> None:
        self.question = question
        self.allowed = allowed
        self.notes: list[str] = []
        super().__init__()

    def is_allowed(self) -> bool:
        return self.allowed

    def is_patient(self) -> bool:
        return True

    def is_tired(self) -> bool:
        return len(self.notes) > 1

    def on_enter_asking(self) -> None:
        self.request(Ask(self.question))
        self.start_timer("answer_timeout", 5.0)

    def on_exit_asking(self) -> None:
        self.cancel_timer("answer_timeout")

    def on_enter_resting(self) -> None:
        self.start_timer("again", 2.0)

    def on_exit_resting(self) -> None:
        self.cancel_timer("again")

    def tell(self, answer: str) -> None:
        self.emit(Told(answer))

    def tell_late(self, answer: str) -> None:
        self.emit(Told(f"late: {answer}"))

    def note(self, note: str = "") -> None:
        self.notes.append(note)


ERRAND = Example(Errand, ("why",), {"answered": {"answer": "because"}})
