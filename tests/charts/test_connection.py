from __future__ import annotations

import pytest

from paradex_adapter.backoff import Backoff
from paradex_adapter.charts import Connection
from paradex_adapter.charts.connection import MAX_ARM_ATTEMPTS, MAX_AUTH_ATTEMPTS, SWITCH
from paradex_adapter.charts.facts import (
    SessionClosed,
    SessionDegraded,
    SessionLost,
    SessionReady,
    SessionRefused,
    SessionRestored,
    SessionUnprotected,
)
from paradex_adapter.charts.requests import (
    ArmSwitch,
    Authenticate,
    CloseSocket,
    Dial,
    DisarmSwitch,
    ObtainToken,
)
from paradex_adapter.errors import VenueError
from tests.charts.bench import Bench

REFUSAL = VenueError("40110", "malformed token")
LOST, READY, CLOSE = SessionLost(), SessionReady(), CloseSocket()
ARM, DISARM, UNARMED = ArmSwitch(), DisarmSwitch(), SessionDegraded(SWITCH)


@pytest.fixture
def private() -> Bench[Connection]:
    return Bench(Connection(True))


@pytest.fixture
def public() -> Bench[Connection]:
    return Bench(Connection(False))


def signed_in(private: Bench[Connection]) -> Bench[Connection]:
    private.dispatch("open")
    private.receive("opened")
    private.receive("token_ready", token="a")
    private.receive("auth_accepted")
    return private


def test_a_public_session_is_ready_when_its_socket_is_open(public):
    assert public.dispatch("open") == [Dial()]
    assert public.where == "connecting"
    assert public.receive("opened") == [READY]
    assert public.where == "session.connected"
    assert public.armed == set()


def test_a_private_session_is_ready_when_the_venue_has_accepted_its_token(private):
    private.dispatch("open")
    assert private.receive("opened") == [ObtainToken()]
    assert private.where == "session.connected"
    assert private.receive("token_ready", token="a") == [Authenticate("a")]
    assert private.where == "session.authenticating"
    assert private.receive("auth_accepted") == [READY]
    assert private.where == "session.authenticated"
    assert private.armed == set()


def test_a_refused_token_is_replaced_by_a_fresh_one(private):
    private.dispatch("open")
    private.receive("opened")
    private.receive("token_ready", token="old")
    assert private.receive("auth_refused", error=REFUSAL) == [ObtainToken(fresh=True)]
    assert private.where == "session.connected"
    assert private.receive("token_ready", token="new") == [Authenticate("new")]
    assert private.receive("auth_accepted") == [READY]


def test_signing_in_is_tried_a_bounded_number_of_times(private):
    private.dispatch("open")
    private.receive("opened")
    for _ in range(MAX_AUTH_ATTEMPTS - 1):
        private.receive("token_ready", token="a")
        assert private.receive("auth_refused", error=REFUSAL) == [ObtainToken(fresh=True)]
    private.receive("token_ready", token="a")
    assert private.receive("auth_refused", error=REFUSAL) == [
        LOST,
        CLOSE,
        SessionRefused("40110: malformed token"),
    ]
    assert (private.where, private.armed) == ("reconnecting", {"redial"})


def test_a_new_session_may_try_to_sign_in_as_often_again(private):
    private.dispatch("open")
    private.receive("opened")
    private.receive("token_ready", token="a")
    private.receive("auth_refused", error=REFUSAL)
    private.receive("lost")
    private.wait(0.25)
    private.receive("opened")
    for _ in range(MAX_AUTH_ATTEMPTS - 1):
        private.receive("token_ready", token="a")
        assert private.receive("auth_refused", error=REFUSAL) == [ObtainToken(fresh=True)]


def test_an_account_that_gets_no_token_is_told_so_and_tried_again(private):
    private.dispatch("open")
    private.receive("opened")
    assert private.receive("token_refused", error=REFUSAL) == [
        LOST,
        CLOSE,
        SessionRefused("40110: malformed token"),
    ]
    assert private.wait(0.3) == [Dial()]  # orders may be live: nobody gives up


def test_a_token_that_cannot_be_had_now_is_tried_again_over_a_new_socket(private):
    private.dispatch("open")
    private.receive("opened")
    assert private.receive("token_unavailable") == [LOST, CLOSE]
    assert private.wait(0.25) == [Dial()]


def test_an_unanswered_sign_in_is_tried_again_over_a_new_socket(private):
    private.dispatch("open")
    private.receive("opened")
    private.receive("token_ready", token="a")
    assert private.wait(9.9) == []
    assert private.wait(0.2) == [LOST, CLOSE]
    assert private.where == "reconnecting"
    assert private.wait(0.3) == [Dial()]


def test_a_dial_that_takes_too_long_is_given_up_and_tried_again(public):
    public.dispatch("open")
    assert public.wait(10.0) == [CLOSE]
    assert public.where == "reconnecting"
    assert public.wait(0.25) == [Dial()]


def test_the_way_back_grows_longer_with_every_failure_up_to_a_cap():
    public = Bench(Connection(False, Backoff(first=1.0, factor=2.0, cap=8.0)))
    public.dispatch("open")
    for delay in (1.0, 2.0, 4.0, 8.0, 8.0, 8.0):
        public.receive("dial_failed")
        assert public.wait(delay - 0.1) == []
        assert public.wait(0.2) == [Dial()]


def test_jitter_shortens_the_way_back_by_half_at_most():
    for jitter, delay in ((0.0, 8.0), (0.5, 6.0), (1.0, 4.0)):
        public = Bench(Connection(False, Backoff(first=8.0, factor=2.0, cap=8.0)))
        public.dispatch("open")
        public.receive("dial_failed", jitter=jitter)
        assert public.timers.pending == (delay,)


def test_a_session_that_was_ready_starts_again_with_the_shortest_way_back(public):
    public.dispatch("open")
    for delay in (0.25, 0.5, 1.0, 2.0):
        public.receive("dial_failed")
        assert public.wait(delay) == [Dial()]
    public.receive("opened")
    assert public.receive("lost") == [LOST]
    assert public.wait(0.25) == [Dial()]


def test_a_private_session_that_never_got_ready_goes_on_waiting_longer(private):
    private.dispatch("open")
    for delay in (0.25, 0.5, 1.0, 2.0):
        private.receive("opened")
        private.receive("lost")
        assert private.timers.pending[0] - private.timers.now == pytest.approx(delay)
        private.wait(delay)


def test_a_lost_session_is_dialled_anew_and_signs_in_again(private):
    signed_in(private)
    assert private.receive("lost", jitter=0.0) == [LOST]
    assert private.where == "reconnecting"
    assert private.wait(0.25) == [Dial()]
    assert private.receive("opened") == [ObtainToken()]


def test_an_open_session_never_signs_in_again(private):
    signed_in(private)
    assert private.wait(24 * 3600) == []
    assert private.stray("token_ready", token="b")
    assert private.where == "session.authenticated"


@pytest.mark.parametrize("kind", ["private", "public"])
def test_a_degraded_session_is_whole_again_when_its_last_reason_is_gone(kind, private, public):
    session = signed_in(private) if kind == "private" else public
    if kind == "public":
        session.dispatch("open")
        session.receive("opened")
    assert session.receive("impaired", reason="fills") == [SessionDegraded("fills")]
    assert session.where == "session.degraded"
    assert session.receive("impaired", reason="orders") == [SessionDegraded("orders")]
    assert session.receive("restored", reason="fills") == []
    assert session.where == "session.degraded"
    assert session.receive("restored", reason="orders") == [SessionRestored()]
    whole = "session.authenticated" if kind == "private" else "session.connected"
    assert session.where == whole


def test_a_reason_that_was_never_named_restores_nothing(private):
    signed_in(private).receive("impaired", reason="fills")
    assert private.receive("restored", reason="orders") == []
    assert private.where == "session.degraded"


def test_a_reason_that_comes_twice_is_named_once_and_goes_at_once(private):
    signed_in(private)
    assert private.receive("impaired", reason="fills") == [SessionDegraded("fills")]
    assert private.receive("impaired", reason="fills") == []
    assert private.receive("restored", reason="fills") == [SessionRestored()]


def test_what_was_missing_is_forgotten_with_the_session(private):
    signed_in(private).receive("impaired", reason="fills")
    assert private.receive("lost") == [LOST]
    private.wait(0.25)
    private.receive("opened")
    private.receive("token_ready", token="a")
    private.receive("auth_accepted")
    private.receive("impaired", reason="orders")
    assert private.receive("restored", reason="orders") == [SessionRestored()]


WAYS = {
    "connecting": ["open"],
    "session.connected": ["open", "opened"],
    "session.authenticating": ["open", "opened", "token_ready"],
    "session.authenticated": ["open", "opened", "token_ready", "auth_accepted"],
    "session.degraded": ["open", "opened", "token_ready", "auth_accepted", "impaired"],
    "reconnecting": ["open", "dial_failed"],
}


@pytest.mark.parametrize("state", WAYS)
def test_a_session_can_be_closed_from_everywhere_and_stays_closed(private, state):
    data = {"token_ready": {"token": "a"}, "impaired": {"reason": "fills"}}
    for event in WAYS[state]:
        private.receive(event, **data.get(event, {}))
    assert private.where == state
    expected = {"connecting": [CLOSE], "reconnecting": []}.get(state, [LOST, CLOSE])
    assert private.dispatch("close") == expected
    assert (private.where, private.armed) == ("disconnected", set())
    assert private.wait(3600) == []
    assert private.dispatch("open") == [Dial()]


def test_a_private_session_is_not_degraded_before_it_is_signed_in(private):
    """Degraded, it would count as signed in."""
    private.dispatch("open")
    private.receive("opened")
    assert private.stray("impaired", reason="fills")
    assert private.receive("token_ready", token="a") == [Authenticate("a")]


def test_a_token_is_not_shown_by_what_asks_to_sign_in(private):
    assert "secret" not in repr(Authenticate("secret"))


def test_a_session_whose_venue_answers_nothing_is_dialled_anew(private):
    signed_in(private).receive("impaired", reason="orders.ALL")
    assert private.receive("unserved") == [LOST, CLOSE]
    assert private.where == "reconnecting"
    assert private.wait(0.25) == [Dial()]


# Cancel-on-disconnect


@pytest.fixture
def switched() -> Bench[Connection]:
    """A private session that wants cancel-on-disconnect, and has just signed in."""
    bench = Bench(Connection(True, cancel_on_disconnect=True, switch_timeout_secs=3.0))
    bench.dispatch("open")
    bench.receive("opened")
    bench.receive("token_ready", token="a")
    assert bench.receive("auth_accepted") == [ARM]
    assert bench.where == "session.arming"
    return bench


def test_a_session_is_ready_when_the_venue_would_cancel_what_enters_over_it(switched):
    assert switched.receive("armed") == [READY]
    assert (switched.where, switched.armed) == ("session.authenticated", set())


@pytest.mark.parametrize("how", ["refused", "unanswered"])
def test_a_session_that_cannot_be_armed_is_ready_and_degraded_and_asks_again(switched, how):
    if how == "refused":
        told = switched.receive("arm_refused", error=REFUSAL)
        reason = "40110: malformed token"
    else:
        told, reason = switched.wait(3.0), "no answer"
    assert told == [READY, SessionUnprotected(reason), UNARMED]
    assert switched.where == "session.degraded"
    assert switched.wait(0.5) == [ARM]
    assert switched.receive("armed") == [SessionRestored()]
    assert (switched.where, switched.armed) == ("session.authenticated", set())


def test_arming_is_tried_a_bounded_number_of_times_and_the_session_stays_degraded(switched):
    switched.receive("arm_refused", error=REFUSAL)
    for delay in (0.5, 1.0, 2.0, 4.0):
        assert switched.wait(delay) == [ARM]
        assert switched.receive("arm_refused", error=REFUSAL)[1] == UNARMED
    assert switched.wait(24 * 3600) == []
    assert (switched.where, MAX_ARM_ATTEMPTS) == ("session.degraded", 5)


def test_a_new_session_is_armed_anew_with_all_its_attempts(switched):
    for _ in range(MAX_ARM_ATTEMPTS):
        switched.wait(24 * 3600)
    assert switched.receive("lost") == [LOST]
    switched.wait(0.25)
    switched.receive("opened")
    switched.receive("token_ready", token="a")
    assert switched.receive("auth_accepted") == [ARM]
    switched.receive("arm_refused", error=REFUSAL)
    assert switched.wait(0.5) == [ARM]


def test_a_session_armed_late_stays_degraded_for_its_other_reasons(switched):
    switched.wait(3.0)
    switched.receive("impaired", reason="fills")
    assert switched.receive("restored", reason="fills") == []
    switched.receive("impaired", reason="orders")
    assert switched.receive("armed") == []
    assert (switched.where, switched.armed) == ("session.degraded", set())
    assert switched.receive("restored", reason="orders") == [SessionRestored()]


@pytest.mark.parametrize("answer", ["armed", "arm_refused"])
def test_an_answer_to_an_earlier_request_changes_nothing_once_armed(switched, answer):
    switched.wait(3.5)
    switched.receive("armed")
    data = {"error": REFUSAL} if answer == "arm_refused" else {}
    assert switched.receive(answer, **data) == []
    assert (switched.where, switched.armed) == ("session.authenticated", set())


def closing(switched: Bench[Connection]) -> Bench[Connection]:
    switched.receive("armed")
    assert switched.dispatch("close") == [LOST, DISARM]
    assert (switched.where, switched.armed) == ("closing", {"close_timeout"})
    return switched


def test_a_clean_close_waits_until_the_venue_has_let_go_of_the_orders(switched):
    assert closing(switched).receive("disarmed") == [CLOSE, SessionClosed(is_disarmed=True)]
    assert (switched.where, switched.armed) == ("disconnected", set())


@pytest.mark.parametrize("how", ["refused", "unanswered", "lost"])
def test_a_close_the_venue_did_not_let_go_for_is_told_as_such_and_bounded(switched, how):
    closing(switched)
    assert switched.dispatch("close") == []
    closed = SessionClosed(is_disarmed=False)
    match how:
        case "refused":
            assert switched.receive("disarm_refused", error=REFUSAL) == [CLOSE, closed]
        case "unanswered":
            assert switched.wait(3.0) == [CLOSE, closed]
        case "lost":
            assert switched.receive("lost") == [closed]
    assert (switched.where, switched.armed) == ("disconnected", set())


@pytest.mark.parametrize("state", ["session.arming", "session.degraded"])
def test_a_session_that_may_have_been_armed_is_disarmed_as_well(switched, state):
    if state == "session.degraded":
        switched.wait(3.0)
    assert switched.where == state
    assert switched.dispatch("close") == [LOST, DISARM]


def test_nothing_is_armed_or_disarmed_where_it_is_not_wanted(private):
    assert signed_in(private).dispatch("close") == [LOST, CLOSE]
