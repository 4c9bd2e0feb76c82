"""Who waits for a reply gets it, once, and nobody waits for ever."""

from __future__ import annotations

from typing import Any

import pytest

from paradex_adapter import replies
from paradex_adapter.errors import VenueError
from paradex_adapter.replies import Call, Outcomes, Replies
from paradex_adapter.wire import jsonrpc
from paradex_adapter.wire.jsonrpc import INTERNAL_ERROR, Reply, RpcError


class Told:
    """In place of a driver: what it was brought."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def receive(self, event: str, **data: Any) -> None:
        self.events.append((event, data))

    def outcomes(self, **confirms: Any) -> Outcomes:
        return Outcomes(self, "yes", "no", "unclear", **confirms)  # type: ignore[arg-type]


def result(number: int, text: str = "{}") -> Reply:
    read = jsonrpc.read(f'{{"jsonrpc":"2.0","id":{number},"result":{text}}}')
    assert isinstance(read, Reply)
    return read


@pytest.mark.parametrize(
    ("reply", "event"),
    [
        (result(1), "yes"),
        (Reply(1, error=RpcError(100, "ORDER_IS_CLOSED")), "no"),
        (Reply(1, error=RpcError(INTERNAL_ERROR, "later")), "unclear"),
    ],
)
def test_a_reply_is_brought_to_its_chart_under_the_name_of_its_outcome(reply, event):
    told, outstanding = Told(), Replies()
    assert outstanding.expect(told.outcomes()) == 1
    outstanding.received(reply)
    outstanding.received(reply)
    assert [name for name, _ in told.events] == [event]


def test_a_yes_to_something_else_is_a_no_that_quotes_it():
    told, outstanding = Told(), Replies()
    outstanding.expect(told.outcomes(confirms=lambda result: b"true" in result))
    outstanding.received(result(1, '{"enabled":false}'))
    ((event, data),) = told.events
    assert event == "no"
    assert isinstance(data["error"], VenueError)
    assert '{"enabled":false}' in str(data["error"])


@pytest.mark.parametrize("id", [None, "1", 7])
def test_a_reply_nobody_waits_for_is_dropped(id):
    told, outstanding = Told(), Replies()
    outstanding.expect(told.outcomes())
    outstanding.received(Reply(id, error=RpcError(100, "x")))
    assert told.events == []


def test_every_request_has_a_number_of_its_own_also_those_without_a_reply():
    outstanding = Replies()
    assert [outstanding.expect(None) for _ in range(3)] == [1, 2, 3]


def test_a_lost_session_answers_whoever_awaits_a_reply_and_leaves_charts_to_their_timers():
    told, call, outstanding = Told(), Call(), Replies()
    outstanding.expect(told.outcomes())
    outstanding.expect(call)
    outstanding.forget_all()
    assert call.answered.is_set()
    assert call.reply is None
    outstanding.received(result(1))
    assert told.events == []


def test_of_too_many_outstanding_the_oldest_is_waited_for_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replies, "MAX_WAITING", 2)
    told, outstanding = Told(), Replies()
    for _ in range(3):
        outstanding.expect(told.outcomes())
    for number in (1, 2, 3):
        outstanding.received(result(number))
    assert len(told.events) == 2
