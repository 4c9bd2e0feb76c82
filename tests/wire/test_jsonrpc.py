from __future__ import annotations

import json
import random

import msgspec
import pytest

from paradex_adapter.errors import (
    OutcomeUnknown,
    RateLimited,
    Unauthorized,
    VenueError,
    WireError,
)
from paradex_adapter.wire.jsonrpc import (
    INVALID_TOKEN,
    MALFORMED_TOKEN,
    Push,
    Reply,
    Request,
    RpcError,
    encode_error,
    encode_push,
    encode_request,
    encode_result,
    is_already_subscribed,
    read,
    read_request,
)


def _value(raw: msgspec.Raw | None) -> object:
    assert raw is not None
    return msgspec.json.decode(raw)


def test_a_request_is_a_call_of_json_rpc_2() -> None:
    text = encode_request(7, "subscribe", {"channel": "orders.ALL"})
    assert json.loads(text) == {
        "jsonrpc": "2.0",
        "id": 7,
        "method": "subscribe",
        "params": {"channel": "orders.ALL"},
    }


def test_a_reply_holds_its_result_and_whatever_else_it_holds_is_ignored() -> None:
    reply = read('{"jsonrpc":"2.0","id":7,"result":{"channel":"x"},"usIn":1795370000000000}')
    assert isinstance(reply, Reply)
    assert (reply.id, reply.error, _value(reply.result)) == (7, None, {"channel": "x"})


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ('{"id":1,"result":{}}', 1),
        ('{"id":"one","result":{}}', "one"),
        ('{"id":1,"result":{},"error":null}', 1),
    ],
)
def test_a_reply_keeps_the_id_as_it_was_sent(text: str, id: int | str) -> None:
    reply = read(text)
    assert isinstance(reply, Reply)
    assert reply.id == id
    assert _value(reply.result) == {}


def test_a_result_may_be_null() -> None:
    reply = read(b'{"jsonrpc":"2.0","id":1,"result":null}')
    assert isinstance(reply, Reply)
    assert _value(reply.result) is None


@pytest.mark.parametrize("tail", ["", ',"result":null', ',"result":{}'])
def test_a_reply_with_an_error_holds_no_result(tail: str) -> None:
    reply = read('{"id":4,"error":{"code":100,"message":"no","data":"why"}' + tail + "}")
    assert reply == Reply(4, None, RpcError(100, "no", "why"))


def test_an_error_may_answer_a_request_the_venue_could_not_read() -> None:
    reply = read('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}')
    assert reply == Reply(None, None, RpcError(-32700, "Parse error"))


def test_a_push_names_its_channel_and_keeps_its_data_unread() -> None:
    push = read(
        '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"orders.ALL",'
        '"data":{"seq_no":1795370000460123456}}}'
    )
    assert isinstance(push, Push)
    assert push.channel == "orders.ALL"
    assert _value(push.data) == {"seq_no": 1795370000460123456}


UNREADABLE = [
    "",
    "null",
    "7",
    "[]",
    "{}",
    '{"id":1}',
    '{"jsonrpc":"2.0"}',
    '{"id":1.5,"result":{}}',
    '{"id":true,"result":{}}',
    '{"id":[],"result":{}}',
    '{"id":' + "9" * 5000 + ',"result":{}}',
    '{"result":{}}',
    '{"error":{"code":1}}',
    '{"id":1,"error":"text"}',
    '{"id":1,"error":{"message":"no code"}}',
    '{"id":1,"method":"subscribe","params":{"channel":"x"}}',
    '{"id":1,"method":"auth","result":{}}',
    '{"method":"subscription"}',
    '{"method":"subscription","params":{"channel":"x"}}',
    '{"method":"subscription","params":{"channel":7,"data":{}}}',
    '{"method":"other","params":{"channel":"x","data":{}}}',
    '{"id":1,"result":' + "[" * 100_000,
    '{"id":1,"error":{"code":1,"data":' + "[" * 100_000,
    "\ud800",
    b"\xff\xfe",
    b'{"id":"\xff","result":{}}',
]


@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
def test_anything_else_is_a_wire_error(text: str | bytes) -> None:
    with pytest.raises(WireError):
        read(text)


SEEDS = [
    b'{"jsonrpc":"2.0","id":7,"result":{"channel":"orders.ALL"},"usIn":1}',
    b'{"jsonrpc":"2.0","id":"7","error":{"code":-32600,"message":"m","data":{"a":[1.5e3]}}}',
    b'{"jsonrpc":"2.0","method":"subscription","params":{"channel":"bbo.X","data":{"a":"\\u00e9"}}}',
    b'{"jsonrpc":"2.0","id":1,"method":"auth","params":{"bearer":"x"}}',
]


def _damaged(rng: random.Random) -> bytes:
    data = bytearray(rng.choice(SEEDS))
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data))
        match rng.randrange(4):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                del data[at : at + rng.randint(1, 9)]
            case 2:
                data[at:at] = rng.choice((b'"', b"{", b"null", b"-", b"1e999", b"\\u", b"\xff"))
            case _:
                data = data[: at + 1]
        data = data or bytearray(b" ")
    return bytes(data)


def test_whatever_the_bytes_only_a_wire_error_comes_out() -> None:
    rng = random.Random(2)
    outcomes = {"read": 0, "refused": 0}
    for _ in range(5000):
        data = rng.randbytes(rng.randrange(60)) if rng.random() < 0.2 else _damaged(rng)
        for reader in (read, read_request):
            try:
                reader(data)
                outcomes["read"] += 1
            except WireError:
                outcomes["refused"] += 1
    assert min(outcomes.values()) > 100, outcomes


@pytest.mark.parametrize("code", [MALFORMED_TOKEN, INVALID_TOKEN])
def test_a_refused_token_is_unauthorized(code: int) -> None:
    error = RpcError(code, "Invalid bearer token").to_exception()
    assert isinstance(error, Unauthorized)
    assert error.code == str(code)


@pytest.mark.parametrize(
    "error",
    [
        RpcError(-32603, "Internal error"),
        RpcError(42901, "Rate limit exceeded"),
        RpcError(100, "INTERNAL_ERROR"),
        RpcError(100, "method error", "SERVICE_UNAVAILABLE: try later"),
    ],
)
def test_no_evidence_of_a_refusal_leaves_the_outcome_unknown(error: RpcError) -> None:
    exception = error.to_exception()
    assert isinstance(exception, OutcomeUnknown)
    assert isinstance(exception, RateLimited) is (error.code == 42901)
    assert error.message in str(exception)


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (RpcError(-32602, "Invalid method parameters"), "-32602", "Invalid method parameters"),
        (RpcError(100, "NOT_OPEN: closed"), "NOT_OPEN", "closed"),
        (RpcError(100, "failed", "ORDER_IS_CLOSED"), "ORDER_IS_CLOSED", "failed: ORDER_IS_CLOSED"),
        (RpcError(100, "no: NOT_FOUND", "NOT_FOUND"), "NOT_FOUND", "no: NOT_FOUND"),
        (RpcError(100, "", "NOT_FOUND"), "NOT_FOUND", ""),
        (RpcError(100, "no such BTC-USD-PERP"), "100", "no such BTC-USD-PERP"),
        (RpcError(40112, "Geo IP blocked"), "40112", "Geo IP blocked"),
        (RpcError(40300, "Permission denied"), "40300", "Permission denied"),
        (RpcError(1, "x", {"detail": 1}), "1", "x"),
    ],
)
def test_any_other_error_is_the_venues_definite_no(
    error: RpcError, code: str, message: str
) -> None:
    exception = error.to_exception()
    assert type(exception) is VenueError
    assert (exception.code, exception.message, exception.status) == (code, message, 0)


@pytest.mark.parametrize(
    ("error", "stands"),
    [
        (RpcError(-32600, "invalid subscribe request", "already subscribed to bbo.X"), True),
        (RpcError(100, "Already subscribed"), True),
        (RpcError(100, "duplicate subscription"), True),
        (RpcError(-32600, "invalid subscribe request", "unknown channel"), False),
        (RpcError(100, "already canceled"), False),
    ],
)
def test_the_words_tell_whether_a_subscription_already_stands(
    error: RpcError, stands: bool
) -> None:
    assert is_already_subscribed(error) is stands


def test_what_the_venue_writes_the_client_reads() -> None:
    error = RpcError(100, "ORDER_IS_CLOSED", "detail")
    assert read(encode_error("a", error)) == Reply("a", None, error)
    result, push = read(encode_result(3, {"status": "ok"})), read(encode_push("bbo.X", [1]))
    assert isinstance(result, Reply)
    assert isinstance(push, Push)
    assert (result.id, _value(result.result)) == (3, {"status": "ok"})
    assert (push.channel, _value(push.data)) == ("bbo.X", [1])


def test_what_the_client_writes_the_venue_reads() -> None:
    request = read_request(encode_request(5, "order.create_batch", [{"size": "1"}]))
    assert isinstance(request, Request)
    assert (request.id, request.method) == (5, "order.create_batch")
    assert _value(request.params) == [{"size": "1"}]


def test_a_call_without_params_has_none_and_without_a_method_is_no_call() -> None:
    assert _value(read_request('{"id":1,"method":"x"}').params) == {}
    with pytest.raises(WireError):
        read_request('{"id":1,"params":{}}')


def test_a_request_shows_no_token() -> None:
    request = read_request(encode_request(1, "auth", {"bearer": "very-secret"}))
    assert "very-secret" not in repr(request)


def test_a_servers_error_of_its_own_is_no_refusal_unless_it_names_one() -> None:
    assert isinstance(RpcError(-32_000, "timeout").to_exception(), OutcomeUnknown)
    named = RpcError(-32_000, "ORDER_IS_CLOSED").to_exception()
    assert isinstance(named, VenueError)
    assert named.code == "ORDER_IS_CLOSED"
