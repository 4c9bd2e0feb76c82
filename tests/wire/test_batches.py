from __future__ import annotations

import msgspec
import pytest

from paradex_adapter.errors import OutcomeUnknown, VenueError, WireError
from paradex_adapter.wire.batches import Canceled, Created, RpcCreated
from paradex_adapter.wire.rest import decode


def order(client_id: str) -> dict[str, object]:
    return {
        "id": f"venue's {client_id}",
        "client_id": client_id,
        "market": "BTC-USD-PERP",
        "side": "BUY",
        "type": "LIMIT",
        "size": "1",
        "remaining_size": "1",
        "status": "NEW",
    }


def error(code: str) -> dict[str, object]:
    return {"error": code, "message": "no"}


def created(orders: list[object], errors: list[object]) -> Created:
    return decode(msgspec.json.encode({"orders": orders, "errors": errors}), Created)


def short(outcomes: dict[str, object]) -> dict[str, str]:
    """Of each outcome the venue's id, the code, or `?`."""
    return {name: _short(each) for name, each in outcomes.items()}


def _short(outcome: object) -> str:
    match outcome:
        case VenueError(code=code):
            return code
        case OutcomeUnknown():
            return "?"
        case _:
            return outcome.id


# Over REST


@pytest.mark.parametrize(
    ("orders", "errors"),
    [
        ([order("a"), None, order("c")], [None, error("TOO_SMALL"), None]),
        ([order("c"), order("a")], [error("TOO_SMALL")]),
    ],
    ids=["with gaps", "without gaps, in another order"],
)
def test_each_order_has_its_own_outcome(orders: list[object], errors: list[object]) -> None:
    outcomes = created(orders, errors).outcomes(["a", "b", "c"])
    assert short(outcomes) == {"a": "venue's a", "b": "TOO_SMALL", "c": "venue's c"}


def test_errors_without_gaps_belong_to_the_orders_that_were_not_taken_in_their_order() -> None:
    outcomes = created([order("b")], [error("FIRST"), error("SECOND")]).outcomes(["a", "b", "c"])
    assert short(outcomes) == {"a": "FIRST", "b": "venue's b", "c": "SECOND"}


@pytest.mark.parametrize(
    ("orders", "errors"),
    [
        ([], []),
        ([None, None], [error("TOO_SMALL"), None]),
        ([], [error("TOO_SMALL")] * 3),
        ([order("x"), order("y")], []),
    ],
    ids=["nothing", "too few errors", "too many errors", "orders of others"],
)
def test_what_cannot_be_told_apart_is_neither_taken_nor_refused(
    orders: list[object], errors: list[object]
) -> None:
    assert short(created(orders, errors).outcomes(["a", "b"])) == {"a": "?", "b": "?"}


def test_a_failure_of_the_venues_own_is_no_refusal() -> None:
    outcomes = created([order("a"), None], [None, error("INTERNAL_ERROR")]).outcomes(["a", "b"])
    assert short(outcomes) == {"a": "venue's a", "b": "?"}


# Over the WebSocket


def rpc(*results: dict[str, object]) -> RpcCreated:
    return decode(msgspec.json.encode({"results": results}), RpcCreated)


def test_results_come_in_the_order_of_the_request() -> None:
    answer = rpc({"order": order("a"), "created_at": 1}, {"error": "TOO_SMALL: 0.001"})
    outcomes = answer.outcomes(["a", "b"])
    assert short(outcomes) == {"a": "venue's a", "b": "TOO_SMALL"}
    assert str(outcomes["b"]) == "TOO_SMALL: 0.001"


def test_an_error_without_a_code_is_a_refusal_all_the_same() -> None:
    outcomes = rpc({"error": "not enough margin"}).outcomes(["a"])
    assert str(outcomes["a"]) == "100: not enough margin"


@pytest.mark.parametrize(
    "results",
    [
        [],
        [{"order": order("a")}, {"error": "x"}],
        [{}],
        [{"error": ""}],
        [{"order": order("b")}],
        [{"order": order("a"), "error": "and yet"}, {}],
        [{"error": "INTERNAL_ERROR"}],
    ],
)
def test_a_result_that_does_not_say_is_unknown(results: list[dict[str, object]]) -> None:
    assert short(rpc(*results).outcomes(["a"])) == {"a": "?"}


# Cancels


def canceled(*results: dict[str, object]) -> Canceled:
    return decode(msgspec.json.encode({"results": results}), Canceled)


def test_each_cancel_has_its_own_outcome_whatever_their_order() -> None:
    answer = canceled(
        {"id": "3", "status": "NOT_FOUND"},
        {"id": "1", "client_id": "a", "market": "M", "status": "QUEUED_FOR_CANCELLATION"},
        {"id": "2", "status": "ALREADY_CLOSED"},
    )
    outcomes = answer.outcomes(["1", "2", "3"])
    assert outcomes["1"] is None
    assert short({each: outcomes[each] for each in "23"}) == {
        "2": "ORDER_IS_CLOSED",
        "3": "ORDER_ID_NOT_FOUND",
    }


def test_a_cancel_that_is_not_mentioned_is_unknown() -> None:
    assert short(canceled().outcomes(["1"])) == {"1": "?"}


def test_a_status_nobody_knows_cannot_be_read_and_costs_only_its_own_order() -> None:
    answer = canceled(
        {"id": "1", "status": "PERHAPS"}, {"id": "2", "status": "QUEUED_FOR_CANCELLATION"}
    )
    outcomes = answer.outcomes(["1", "2"])
    assert isinstance(outcomes["1"], WireError)
    assert "'PERHAPS'" in str(outcomes["1"])
    assert outcomes["2"] is None
