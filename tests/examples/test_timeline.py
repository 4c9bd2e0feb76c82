"""What the charts did, to be read."""

from __future__ import annotations

from examples.demo.timeline import left_out, timeline
from examples.demo.watch import Entry
from statecharts import CancelTimer, Effect, Emit, Origin, Request, StartTimer, Step, Unexpected


class Dial:
    """A request."""


class SessionReady:
    """A fact."""


class TokenIssued:
    """The fact that is told all the time."""


def step(chart: str, event: str, source: str, target: str, *effects: Effect) -> Step:
    return Step(chart, event, Origin.REMOTE, (source,), (target,), effects)


def told(*happened: Step | Unexpected | str, everything: bool = False) -> list[str]:
    chronicle = [Entry(float(at), what) for at, what in enumerate(happened)]
    return list(timeline(chronicle, {"O-20260101-1": "1 resting"}, everything))


def test_a_step_is_told_with_its_time_its_states_and_whom_it_concerned() -> None:
    effects = (
        CancelTimer("dial_timeout"),
        Request(Dial()),
        Emit(SessionReady()),
        StartTimer("pong", 1.0),
    )

    (line,) = told(step("connection public", "opened", "connecting", "session.connected", *effects))

    told_as = "0.000 connection public opened connecting → connected → Dial • SessionReady"
    assert " ".join(line.split()) == told_as


def test_an_order_goes_by_its_name() -> None:
    (line,) = told(step("order O-20260101-1", "opened", "sending", "accepted"))

    assert line.split()[1:4] == ["order", "1", "resting"]


def test_steps_that_tell_nothing_new_are_left_out_and_counted() -> None:
    quiet = [
        step("order O-20260101-1", "opened", "live", "live", StartTimer("fills_due", 3.0)),
        step("token", "need", "valid", "valid", Emit(TokenIssued())),
        step("account", "begin", "idle", "running", Request(Dial())),
        step("command O-20260101-1", "order_ended", "idle", "ended"),
    ]
    loud = step("order O-20260101-1", "executed", "live", "live", Emit(SessionReady()))

    assert len(told(*quiet, loud)) == 1
    assert left_out([Entry(0.0, what) for what in [*quiet, loud, "words"]]) == len(quiet)


def test_channels_that_do_the_same_share_a_line_that_names_them() -> None:
    (line,) = told(
        step("subscription orders.ALL", "acked", "pending", "active"),
        step("subscription order_book.ETH-USD-PERP.deltas", "acked", "pending", "active"),
    )

    assert line.split()[1:3] == ["2", "subscriptions"]
    assert line.endswith("orders, order_book")


def test_what_one_chart_repeats_is_counted_on_its_first_line() -> None:
    dialled = step("connection public", "redial", "reconnecting", "connecting", Request(Dial()))
    failed = step("connection public", "dial_failed", "connecting", "reconnecting")

    lines = told(dialled, failed, dialled, failed, dialled)

    assert ["redial ×3" in lines[0], "dial_failed ×2" in lines[1]] == [True, True]
    assert len(lines) == 2


def test_orders_keep_a_line_each() -> None:
    placed = [step(f"order O-{n}", "submit", "initialized", "sending") for n in (1, 2)]

    assert len(told(*placed)) == 2


def test_the_storys_words_part_what_came_before_from_what_comes_after() -> None:
    acked = step("subscription orders.ALL", "acked", "pending", "active")

    first, words, second = told(acked, "the venue cuts both sockets", acked)

    assert words.endswith("── the venue cuts both sockets")
    assert (first[:8], second[:8]) == ("   0.000", "   2.000")


def test_an_event_nobody_expected_is_told() -> None:
    (line,) = told(Unexpected("order O-1", "acked", ("ended.filled",)))

    assert "acked" in line
    assert "not expected in filled" in line


def test_everything_is_told_step_by_step_with_its_timers() -> None:
    quiet = step("token", "need", "valid", "valid", Emit(TokenIssued()), StartTimer("retry", 1.0))

    lines = told(quiet, quiet, everything=True)

    assert len(lines) == 2
    assert lines[0].endswith("in valid                          • TokenIssued start retry")
