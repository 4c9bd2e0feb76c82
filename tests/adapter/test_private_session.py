"""What the private session promises, through real sockets: words in order and a line that answers.
What is missing is named, and asked for."""

from __future__ import annotations

import pytest

from paradex_venue.faults import RestRule
from tests.adapter.opened import (
    ARMED,
    BINARY,
    JSON,
    SWITCH,
    add,
    at_venue,
    events,
    events_of,
    opened,
    reasons,
    resting,
    told,
    until,
    whole,
)
from tests.venue.trader import ALICE

pytestmark = pytest.mark.anyio


# Words in order


@pytest.mark.parametrize("form", [JSON, BINARY])
async def test_a_number_that_steps_back_degrades_the_session_until_a_reconciliation(
    monkeypatch: pytest.MonkeyPatch, form: int
) -> None:
    async with opened(monkeypatch, form) as here:
        await resting(here)
        add(here, "step_back", "orders.")
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        await until(here, lambda: reasons(here) == ["orders.ALL: a number stepped back"])
        await whole(here)
        assert events(here, "stream orders.ALL")[-1] == "reconciled"
        assert events(here, "connection private")[-2:] == ["impaired", "restored"]
        assert here.ledger.violations == []


async def test_a_number_that_skips_shows_as_the_next_one_steps_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The venue's numbers are not contiguous: a jump alone says nothing."""
    async with opened(monkeypatch) as here:
        await resting(here)
        add(here, "skip", "orders.")
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        await told(here, "O-1", "partially_filled")
        here.venue.control.trade(ALICE.address, "O-1", "0.03")
        await until(here, lambda: reasons(here) == ["orders.ALL: a number stepped back"])
        await whole(here)


async def test_words_that_come_twice_degrade_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(monkeypatch) as here:
        for channel in ("orders.", "fills.", "positions", "account"):
            add(here, "duplicate", channel, count=None)
        await resting(here)
        here.venue.control.trade(ALICE.address, "O-1")
        await told(here, "O-1", "filled")
        assert reasons(here) == []


@pytest.mark.parametrize("channel", ["positions", "account"])
async def test_numbers_of_positions_and_totals_are_watched_too(
    monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    async with opened(monkeypatch, JSON) as here:
        await resting(here)
        here.venue.control.trade(ALICE.address, "O-1", "0.01")
        await told(here, "O-1", "partially_filled")
        await until(here, lambda: "heard" in events(here, f"stream {channel}"))
        add(here, "step_back", channel)
        here.venue.control.trade(ALICE.address, "O-1", "0.01")
        await until(here, lambda: reasons(here) == [f"{channel}: a number stepped back"])
        await whole(here)


async def test_a_frame_that_cannot_be_read_is_a_word_that_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as here:
        for channel in ("orders.ALL", "fills.ALL", "positions", "account"):
            here.account.push_received(channel, b'{"id": 7, "seq_no": "?"}')
            assert reasons(here)[-1] == f"{channel}: a frame could not be read"
            await whole(here)
        about = [trouble.partition(":")[0] for trouble in here.ledger.troubles]
        assert about == ["a private frame"] * 4


async def test_a_frame_of_no_known_channel_may_be_a_word_of_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as here:
        here.account.binary_received(b"\x00" * 40)
        assert len(reasons(here)) == 4
        await whole(here)


async def test_what_is_missing_while_something_else_is_being_asked_for_is_asked_for_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as here:
        await resting(here)
        here.venue.control.trade(ALICE.address, "O-1", "0.01")
        await told(here, "O-1", "partially_filled")
        slow = RestRule(kind="slow", method="GET", path="/fills", seconds=0.3)
        here.venue.control.add_fault(slow)
        here.account.push_received("orders.ALL", b"{}")
        stream = here.account.feed.streams["orders.ALL"].chart
        assert stream.broken.is_active
        here.account.push_received("orders.ALL", b"{}")
        add(here, "step_back", "orders.")
        here.venue.control.trade(ALICE.address, "O-1", "0.01")
        here.venue.control.trade(ALICE.address, "O-1", "0.01")
        await whole(here)
        assert set(events(here, "stream orders.ALL")) >= {"heard", "missed", "reconciled"}
        assert reasons(here) == ["orders.ALL: a frame could not be read"]
        assert events_of(here, "reconciliation", "completed") >= 2
        assert here.ledger.stories["O-1"].filled == at_venue(here, "O-1").filled


async def test_a_session_lost_with_words_missing_starts_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as here:
        await resting(here)
        slow = RestRule(kind="slow", method="GET", path="/fills", seconds=0.2)
        here.venue.control.add_fault(slow)
        here.account.push_received("orders.ALL", b"{}")
        here.venue.control.cut("private")
        await until(here, lambda: "lost" in events(here, "stream orders.ALL"))
        await whole(here)
        assert here.account.session.connection.chart.missing == set()
        here.venue.control.cancel(ALICE.address, "O-1")
        await told(here, "O-1", "canceled")


async def test_what_is_said_while_the_session_is_being_closed_is_told_and_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch, session=ARMED | {"switch_timeout": 8.0}) as here:
        await resting(here)
        add(here, "drop", SWITCH, count=None)
        account = here.account
        account.session.close()
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        account.push_received("orders.ALL", b"{}")
        account.reconcile()
        await told(here, "O-1", "partially_filled")
        done = events_of(here, "reconciliation", "completed")
        await until(here, lambda: events_of(here, "reconciliation", "completed") > done)
        assert account.session.connection.chart.closing.is_active
        assert account.feed.streams["orders.ALL"].chart.off.is_active
        assert reasons(here) == []


# A line that answers


async def test_a_word_that_never_came_is_missed_when_rest_knows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch, late_ms=150, reconcile_interval=2.0) as here:
        await resting(here)
        stream = here.account.feed.streams["fills.ALL"].chart
        await until(here, lambda: stream.in_step.is_active)
        add(here, "drop", "fills.")
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        (fill,) = here.truth.fills
        missing = f"fills.ALL: the word on {fill.id} never came"
        await until(here, lambda: missing in reasons(here))
        await whole(here)
        assert "gapped" in events(here, "subscription fills.ALL")
        here.venue.control.trade(ALICE.address, "O-1")
        await told(here, "O-1", "filled")
        assert here.ledger.violations == []


async def test_a_channel_that_falls_silent_while_the_venue_goes_on_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch, late_ms=150, reconcile_interval=2.0) as here:
        await resting(here)
        stream = here.account.feed.streams["orders.ALL"].chart
        await until(here, lambda: stream.in_step.is_active)
        add(here, "stall", "orders.ALL", seconds=60.0)
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        missing = f"orders.ALL: the word on {at_venue(here, 'O-1').id} never came"
        await until(here, lambda: missing in reasons(here))
        await whole(here)


async def test_a_quiet_line_is_checked_and_one_without_an_answer_is_degraded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = {"check_interval": 0.5, "ack_timeout": 3.0}
    async with opened(monkeypatch, session=line) as here:
        add(here, "drop", "reply.subscribe", count=None)
        await until(here, lambda: reasons(here))
        assert reasons(here)[0] in here.account.session.subscriptions
        assert not here.account.session.takes_orders
        here.venue.control.clear_faults()
        await whole(here)
        assert here.account.session.takes_orders
        assert "lost" not in events(here, "connection private")


async def test_while_the_line_is_mute_orders_are_asked_for_over_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = {"check_interval": 0.5, "ack_timeout": 3.0}
    async with opened(monkeypatch, session=line, reconcile_interval=600.0) as here:
        await resting(here)
        for channel in ("reply.subscribe", "orders.", "fills."):
            add(here, "drop", channel, count=None)
        await until(here, lambda: "orders.ALL" in reasons(here))
        here.venue.control.trade(ALICE.address, "O-1", "0.04")
        here.venue.control.cancel(ALICE.address, "O-1")
        await told(here, "O-1", "canceled")
        assert "unserved" not in events(here, "connection private")
        assert here.ledger.stories["O-1"].filled == at_venue(here, "O-1").filled
        assert here.ledger.violations == []


async def test_a_line_that_stays_mute_is_given_up_for_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("paradex_adapter.charts.subscription.MAX_ATTEMPTS", 2)
    line = {"check_interval": 0.5, "ack_timeout": 2.0}
    async with opened(monkeypatch, session=line) as here:
        add(here, "drop", "reply.subscribe", count=None)
        await until(here, lambda: "unserved" in events(here, "connection private"))
        here.venue.control.clear_faults()
        await whole(here)
        assert events(here, "connection private").count("opened") >= 2


async def test_a_subscription_the_venue_dropped_stands_again_and_what_was_missed_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch, session={"check_interval": 2.0}) as here:
        await resting(here)
        publisher = here.venue.control._publisher
        for session in publisher.sessions:
            publisher.unsubscribe(session, "orders.ALL")
        here.venue.control.cancel(ALICE.address, "O-1")
        await told(here, "O-1", "canceled")
        assert "orders.ALL: the venue had dropped the subscription" in reasons(here)
        await whole(here)
