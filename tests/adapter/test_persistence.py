from __future__ import annotations

import anyio
import pytest

from paradex_adapter.backoff import Backoff
from paradex_adapter.errors import OutcomeUnknown, VenueError
from paradex_adapter.persistence import until_answered

pytestmark = pytest.mark.anyio

BACKOFF = Backoff(first=1.0, factor=2.0)


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 0.0

    def current_time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(anyio, "current_time", clock.current_time)
    monkeypatch.setattr(anyio, "sleep", clock.sleep)
    return clock


class Oracle:
    """Answers in turn; an answer that is an error is raised."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.troubles: list[str] = []

    async def ask(self) -> object:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def troubled(self, what: str, error: Exception) -> None:
        self.troubles.append(f"{what}: {error}")


async def test_an_answer_is_passed_on(clock: Clock) -> None:
    oracle = Oracle("yes")
    assert await until_answered(oracle.ask, BACKOFF, oracle.troubled) == "yes"
    assert clock.now == 0
    assert oracle.troubles == []


async def test_what_got_no_answer_is_asked_again_and_each_time_is_told(clock: Clock) -> None:
    oracle = Oracle(OutcomeUnknown("silence"), OutcomeUnknown("a broken line"), "yes")
    assert await until_answered(oracle.ask, BACKOFF, oracle.troubled) == "yes"
    assert clock.now == 1 + 2
    assert oracle.troubles == [
        "trying again in 1 s: silence",
        "trying again in 2 s: a broken line",
    ]


async def test_the_last_failure_is_raised_when_the_time_is_over(clock: Clock) -> None:
    oracle = Oracle(*(OutcomeUnknown(str(number)) for number in range(9)))
    with pytest.raises(OutcomeUnknown, match="3"):
        await until_answered(oracle.ask, BACKOFF, oracle.troubled, limit_secs=10)
    assert clock.now == 1 + 2 + 4


async def test_the_venues_no_is_an_answer(clock: Clock) -> None:
    oracle = Oracle(VenueError("NOT_ONBOARDED", "never"), "yes")
    with pytest.raises(VenueError, match="NOT_ONBOARDED"):
        await until_answered(oracle.ask, BACKOFF, oracle.troubled)
    assert clock.now == 0


@pytest.mark.parametrize(
    ("before", "reason"), [((), "no answer within 0.05 s"), (("a broken line",), "a broken line")]
)
async def test_an_answer_that_does_not_come_is_not_waited_for_beyond_the_limit(
    before: tuple[str, ...], reason: str
) -> None:
    errors = [OutcomeUnknown(text) for text in before]

    async def ask() -> None:
        if errors:
            raise errors.pop()
        await anyio.sleep_forever()

    haste = Backoff(first=0.001)
    with pytest.raises(OutcomeUnknown, match=reason):
        await until_answered(ask, haste, lambda what, error: None, limit_secs=0.05)
