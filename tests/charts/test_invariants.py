"""What must hold in every reachable configuration of every chart, by oracles of our own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from statemachine.graph import iterate_states

from paradex_adapter.charts import (
    CHARTS,
    EXAMPLES,
    Book,
    Command,
    Connection,
    Order,
    Reconciliation,
    Stream,
    Subscription,
    Token,
    VenueStatus,
)
from paradex_adapter.charts.facts import (
    OrderAccepted,
    OrderCanceled,
    OrderDisputed,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    SessionClosed,
    SessionLost,
    SessionReady,
    StreamBroken,
    StreamMended,
)
from paradex_adapter.charts.requests import (
    ArmSwitch,
    AskStatus,
    Authenticate,
    CancelOrder,
    CloseSocket,
    CreateOrder,
    Dial,
    DisarmSwitch,
    IssueToken,
    QueryOrder,
    Reconcile,
    Resubscribe,
    Subscribe,
)
from statecharts import CancelTimer, Chart, Effect, Emit, Request, StartTimer
from statecharts.explore import Cell, Exploration
from tests.charts.explored import EXPLORED

ARMED: dict[type[Chart], dict[str, set[str]]] = {
    Connection: {
        "connecting": {"dial_timeout"},
        "session.authenticating": {"auth_timeout"},
        "session.arming": {"arm_timeout"},
        "reconnecting": {"redial"},
        "closing": {"close_timeout"},
    },
    Subscription: {
        "pending": {"ack_timeout"},
        "active": {"check_due"},
        "checking": {"ack_timeout"},
        "failed": {"retry"},
    },
    Stream: {},
    Book: {
        "waiting": {"overdue"},
        "synced.flowing": {"check_due"},
        "synced.checking": {"answer_overdue"},
        "broken": {"resubscribe_due"},
    },
    Order: {
        "unconfirmed.sending": {"reply_timeout"},
        "unconfirmed.acknowledged": {"open_timeout"},
        "unconfirmed.unknown": {"ask_again"},
        "live.stale": {"ask_again"},
        "completing": {"ask_again"},
        "settling": {"ask_again"},
    },
    Command: {
        "canceling": {"cancel_timeout"},
        "modifying.latest": {"modify_timeout"},
        "modifying.doubtful": {"modify_timeout"},
        "modifying.outdated": {"modify_timeout"},
    },
    Token: {
        "requesting": {"issue_timeout"},
        "waiting": {"retry"},
        "held.valid": {"expired", "refresh_due"},
        "held.refreshing": {"expired", "issue_timeout"},
        "refused": {"retry"},
    },
    Reconciliation: {
        "idle": {"due"},
        "busy.running": {"run_timeout"},
        "busy.repeating": {"run_timeout"},
        "resting.quiet": {"rested"},
        "resting.wanted": {"rested"},
        "waiting": {"retry"},
    },
    VenueStatus: {
        f"watching.{state}": {"ask_due"}
        for state in ("unheard", "ok", "maintenance", "cancel_only", "post_only", "unfamiliar")
    },
}
"""The timers that run in each state; in a state that is not named, none does."""

MAY_RUN = {
    Connection: {"arm_timeout": "session.degraded", "arm_again": "session.degraded"},
    Order: {"fills_due": "live."},
}
"""A timer that may run, or not, in the states of this prefix, and nowhere else."""

type Situation = tuple[str, frozenset[str]]

each_chart = pytest.mark.parametrize(
    "exploration", EXPLORED.values(), ids=lambda exploration: exploration.table.name
)


def leaf(configuration: tuple[str, ...]) -> str:
    (only,) = configuration
    return only


def effects(cell: Cell) -> list[Effect]:
    return [asked.effect for asked in cell.asked]


def accepted(exploration: Exploration) -> list[Cell]:
    return [cell for cell in exploration.cells if cell.target is not None]


def requests(cell: Cell) -> list[type]:
    return [type(effect.what) for effect in effects(cell) if isinstance(effect, Request)]


def facts(cell: Cell) -> list[type]:
    return [type(effect.what) for effect in effects(cell) if isinstance(effect, Emit)]


def timer_names(exploration: Exploration) -> set[str]:
    found = (effect for cell in exploration.cells for effect in effects(cell))
    return {effect.event for effect in found if isinstance(effect, StartTimer)}


def situations(exploration: Exploration) -> set[Situation]:
    """Every reachable configuration with the timers that may run in it."""
    timers = timer_names(exploration)
    start: Situation = leaf(exploration.configurations[0]), frozenset()
    found, waiting = {start}, [start]
    while waiting:
        state, running = waiting.pop()
        for cell in accepted(exploration):
            event = cell.stimulus.event
            if leaf(cell.configuration) == state and (event not in timers or event in running):
                left = after(running - {event}, effects(cell))
                situation = leaf(cell.target), left
                if situation not in found:
                    found.add(situation)
                    waiting.append(situation)
    return found


def after(running: frozenset[str], asked: Iterable[Effect]) -> frozenset[str]:
    left = set(running)
    for effect in asked:
        match effect:
            case StartTimer(event, _):
                left.add(event)
            case CancelTimer(event):
                left.discard(event)
    return frozenset(left)


# Timers


@each_chart
def test_in_every_state_exactly_the_timers_run_that_it_needs(exploration: Exploration):
    expected, allowed = ARMED[exploration.example.chart], MAY_RUN.get(exploration.example.chart, {})
    assert set(expected) <= {state.id for state in exploration.table.states}
    for state, running in situations(exploration):
        optional = {name for name, prefix in allowed.items() if state.startswith(prefix)}
        assert running - optional == expected.get(state, set()), f"in {state}"


@each_chart
def test_a_timer_that_may_run_is_never_refused(exploration: Exploration):
    """A timer is ours: unexpected, it would raise."""
    refused = {
        (leaf(cell.configuration), cell.stimulus.event)
        for cell in exploration.cells
        if cell.target is None
    }
    for state, running in situations(exploration):
        assert not {(state, name) for name in running} & refused


@each_chart
def test_every_delay_is_more_than_nothing(exploration: Exploration):
    for cell in exploration.cells:
        for effect in effects(cell):
            assert not isinstance(effect, StartTimer) or effect.delay > 0


# Who asks the venue for what, and where


def asking(chart: type[Chart], what: type) -> Iterator[Cell]:
    found = [cell for cell in accepted(EXPLORED[chart]) if what in requests(cell)]
    assert found, f"{what.__name__} is never asked for"
    return iter(found)


@pytest.mark.parametrize(
    ("chart", "what", "state"),
    [
        (Connection, Dial, "connecting"),
        (Connection, Authenticate, "session.authenticating"),
        (Connection, DisarmSwitch, "closing"),
        (Order, CreateOrder, "unconfirmed.queued"),
        (Command, CancelOrder, "canceling"),
        (Reconciliation, Reconcile, "busy.running"),
    ],
)
def test_a_request_is_made_when_the_state_that_awaits_its_outcome_is_entered(chart, what, state):
    for cell in asking(chart, what):
        assert leaf(cell.target) == state
        assert requests(cell).count(what) == 1
    for cell in accepted(EXPLORED[chart]):
        if leaf(cell.configuration) != state and leaf(cell.target) == state:
            assert what in requests(cell), f"{cell}"


def test_a_channel_is_asked_for_on_the_way_into_the_two_states_that_await_the_answer():
    for cell in accepted(EXPLORED[Subscription]):
        was, will = leaf(cell.configuration), leaf(cell.target)
        is_entered = will in ("pending", "checking") and was != will
        assert requests(cell).count(Subscribe) == int(is_entered), f"{cell}"


def test_cancel_on_disconnect_is_asked_for_only_of_a_session_that_is_signed_in():
    for cell in asking(Connection, ArmSwitch):
        assert leaf(cell.target) in ("session.arming", "session.degraded")
    for cell in accepted(EXPLORED[Connection]):
        if leaf(cell.configuration) != "session.arming" and leaf(cell.target) == "session.arming":
            assert ArmSwitch in requests(cell), f"{cell}"


def test_a_session_that_may_be_armed_is_closed_only_after_asking_the_venue_to_let_go():
    signed_in = ("session.arming", "session.authenticated", "session.degraded")
    for cell in accepted(EXPLORED[Connection]):
        if leaf(cell.configuration) in signed_in and leaf(cell.target) == "disconnected":
            assert leaf(cell.configuration) != "session.arming", f"{cell}"
            assert ("wants_switch", False) in cell.stimulus.valuation, f"{cell}"
        was_closing = leaf(cell.configuration) == "closing"
        is_closed = leaf(cell.target) == "disconnected"
        assert (SessionClosed in facts(cell)) is (was_closing and is_closed), f"{cell}"


def test_a_stream_is_told_broken_and_mended_where_it_breaks_and_mends():
    for cell in accepted(EXPLORED[Stream]):
        was, will = leaf(cell.configuration), leaf(cell.target)
        breaks = was.startswith("listening.") and will == "broken"
        mends = was == "broken" and will == "listening.in_step"
        assert not breaks or StreamBroken in facts(cell), f"{cell}"
        assert (StreamMended in facts(cell)) is mends, f"{cell}"
        assert StreamBroken not in facts(cell) or will == "broken", f"{cell}"


def test_only_a_stream_found_deaf_is_subscribed_anew():
    for cell in asking(Stream, Resubscribe):
        assert cell.stimulus.event == "deaf"


def test_the_venues_status_is_asked_for_by_whoever_watches_it():
    for cell in asking(VenueStatus, AskStatus):
        assert leaf(cell.target).startswith("watching.")


def test_a_token_is_asked_for_on_the_way_into_the_two_states_that_await_it():
    for cell in asking(Token, IssueToken):
        assert leaf(cell.target) in ("requesting", "held.refreshing")


def test_an_order_is_created_from_nothing_else_than_submit():
    assert {str(cell.stimulus) for cell in asking(Order, CreateOrder)} == {"submit"}
    assert {leaf(cell.configuration) for cell in asking(Order, CreateOrder)} == {"initialized"}


def test_an_order_is_created_at_most_once_on_any_path():
    """Nothing leads back to where it is created from."""
    for cell in accepted(EXPLORED[Order]):
        if leaf(cell.target) == "initialized":
            assert leaf(cell.configuration) == "initialized"
            assert cell.asked == ()


def test_an_order_whose_fate_is_in_doubt_is_asked_for():
    doubtful = ("unconfirmed.unknown", "live.stale", "settling")
    for cell in accepted(EXPLORED[Order]):
        if leaf(cell.target) in doubtful and leaf(cell.configuration) != leaf(cell.target):
            assert QueryOrder in requests(cell), f"{cell}"


def test_leaving_an_open_socket_on_our_own_account_closes_it():
    gone = ("disconnected", "reconnecting")
    for cell in accepted(EXPLORED[Connection]):
        had_socket = leaf(cell.configuration).startswith(("session.", "connecting", "closing"))
        if had_socket and leaf(cell.target) in gone:
            by_socket = cell.stimulus.event in ("lost", "dial_failed")
            assert (CloseSocket in requests(cell)) is not by_socket, f"{cell}"


# What is told


def test_a_session_that_ends_is_told_lost_once_and_nothing_else_is():
    for cell in accepted(EXPLORED[Connection]):
        was, will = (
            leaf(each).startswith("session.") for each in (cell.configuration, cell.target)
        )
        assert facts(cell).count(SessionLost) == (1 if was and not will else 0), f"{cell}"


def test_a_session_is_told_ready_when_it_can_carry_subscriptions_and_only_then():
    for cell in accepted(EXPLORED[Connection]):
        is_ready = SessionReady in facts(cell)
        public = (
            cell.stimulus.event == "opened" and ("needs_auth", False) in cell.stimulus.valuation
        )
        was, will = leaf(cell.configuration), leaf(cell.target)
        may_enter = ("session.authenticated", "session.degraded")
        signed_in = was in ("session.authenticating", "session.arming") and will in may_enter
        assert is_ready is (public or signed_in), f"{cell}"


ENDED = ("ended.denied", "ended.rejected", "ended.filled", "ended.canceled", "ended.expired")


def test_an_order_that_has_ended_asks_for_nothing():
    for cell in accepted(EXPLORED[Order]):
        if leaf(cell.configuration) in ENDED:
            assert requests(cell) == []
            assert not [
                each for each in effects(cell) if isinstance(each, StartTimer | CancelTimer)
            ]


def test_an_order_that_has_ended_tells_of_nothing_but_late_executions():
    told = {
        (leaf(cell.configuration), cell.stimulus.event, leaf(cell.target), *facts(cell))
        for cell in accepted(EXPLORED[Order])
        if leaf(cell.configuration) in ENDED and facts(cell)
    }
    disputed = {(state, "executed", state, OrderDisputed) for state in ENDED}
    assert told == disputed - {("ended.canceled", "executed", "ended.canceled", OrderDisputed)} | {
        ("ended.canceled", "executed", "ended.canceled", OrderFilled, OrderCanceled),
        ("ended.canceled", "executed", "ended.filled", OrderFilled),
    }


def test_an_order_that_has_ended_stays_ended():
    for cell in accepted(EXPLORED[Order]):
        if leaf(cell.configuration) in ENDED:
            assert leaf(cell.target) in ENDED


def test_an_order_ends_with_the_event_of_its_state():
    last = {
        "ended.rejected": OrderRejected,
        "ended.filled": OrderFilled,
        "ended.canceled": OrderCanceled,
        "ended.expired": OrderExpired,
    }
    for cell in accepted(EXPLORED[Order]):
        if leaf(cell.configuration) not in ENDED and leaf(cell.target) in last:
            assert facts(cell)[-1] is last[leaf(cell.target)], f"{cell}"


def test_an_order_is_told_accepted_on_the_way_from_unconfirmed_and_only_there():
    for cell in accepted(EXPLORED[Order]):
        was_unconfirmed = leaf(cell.configuration).startswith("unconfirmed.")
        left = not leaf(cell.target).startswith("unconfirmed.")
        expected = was_unconfirmed and left and leaf(cell.target) != "ended.rejected"
        assert facts(cell).count(OrderAccepted) == int(expected), f"{cell}"
        if expected:
            assert facts(cell)[0] is OrderAccepted


def test_a_rejection_needs_evidence():
    """A refusal, the venue's closing word, its clock past the validity, or that the request never
    left: never a timer."""
    for cell in accepted(EXPLORED[Order]):
        if OrderRejected in facts(cell):
            assert cell.stimulus.event in ("refused", "closed", "not_found", "unanswered")
            assert leaf(cell.configuration).startswith("unconfirmed.")
            if cell.stimulus.event == "unanswered":
                assert leaf(cell.configuration) == "unconfirmed.queued"
            if cell.stimulus.event == "not_found":
                assert leaf(cell.configuration) == "unconfirmed.unknown"
                assert ("is_void", True) in cell.stimulus.valuation


# Names


def names(chart: type[Chart]) -> set[str]:
    return {state.name for state in iterate_states(chart.states)}


def test_the_states_are_called_what_the_mission_calls_them():
    assert names(Connection) >= {
        "Disconnected",
        "Connecting",
        "Connected",
        "Authenticating",
        "Authenticated",
        "Reconnecting",
        "Degraded",
    }
    assert names(Subscription) >= {"Pending", "Active", "Failed"}
    assert "Unknown" in names(Order)


def test_every_chart_has_an_example():
    assert [example.chart for example in EXAMPLES] == list(CHARTS)
