"""The oracle is the venue's SDK: hashes and signatures it makes of the same messages."""

from __future__ import annotations

import copy
import pickle
import random
from dataclasses import dataclass

import pytest
from fast_stark_crypto import sign as library_sign

from paradex_adapter.errors import ConfigError, WireError
from paradex_adapter.wire import signing
from paradex_adapter.wire.signing import (
    CURVE_ORDER,
    Signer,
    address_of,
    auth_hash,
    modify_hash,
    onboarding_hash,
    order_hash,
    parse_signature,
    public_key_of,
    verify,
)

# The SDK's public test account: it holds nothing.
PRIVATE_KEY = "0x543b6cf6c91817a87174aaea4fb370ac1c694e864d7740d728f8344d53e815"
PUBLIC_KEY = "0x2c144d2f2d4fc61b6f8967f3ba0012a87d90140bcfe5a3e92e8df83258c960f"
ACCOUNT = "0x129c135ed63df9353885e292be4426b8ed6122b13c6c0e1bb787288a1f5adfa"
CHAIN = "PRIVATE_SN_POTC_SEPOLIA"
# The testnet's class hashes, as its GET /system/config gives them.
PROXY_HASH = "0x3530cc4759d78042f1b543bf797f5f3d647cde0388c33734cf91b7f7b9314a9"
ACCOUNT_HASH = "0x41cb0280ebadaa75f996d8d92c6f265f6d040bb3ba442e5f86a554f1765244e"

TIMES = {"timestamp": 1706868900, "expiration": 1706955300}
AUTH_HASH = 0x483C5A1B923D0E130EA8EAD403E029AF1786EF0210BA6D429032A6BAD5DF53E
AUTH_SIGNATURE = (
    '["2132284500520413871919396842573789033969507026344597688131979256814980629443",'
    '"60967047678036961727488225327132907015713233813795769527958274554976629987"]'
)
ORDER_HASH = 0x67BE9249FDE7710026A3F8224086660BE772B0AB3ED9193862250AEEDDA27F2
ORDER_SIGNATURE = (
    '["703501121212572066992195827216129264156680250535786683560669602608473847089",'
    '"3222791536397864147924553491246376419545552447652045747403793614151583944530"]'
)
MODIFY_HASH = 0x2D315690C8B27BE6FD35BBB1E0FF86052BAF87E1A2A0A9C49F3AD80AFB8A842
MODIFY_SIGNATURE = (
    '["371266203040877291109003966545258587753629720463625719128266502076437088688",'
    '"2985718358002262925360495142543843256642251419859014444763229897456358977612"]'
)


@dataclass(frozen=True)
class Ticket:
    """The signed part of an order."""

    market: str = "BTC-USD-PERP"
    side: str = "BUY"
    order_type: str = "LIMIT"
    size: str = "0.5"
    price: str = "29500"
    timestamp: int = 1706868900123

    def hash(self) -> int:
        return order_hash(CHAIN, ACCOUNT, **vars(self))


ORDER_ID = "1681462103821101699438490000"
CHANGED = Ticket(price="29500.5")


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer(PRIVATE_KEY, ACCOUNT, CHAIN)


def test_hashes_are_those_of_the_venues_sdk() -> None:
    market_sell = Ticket(side="SELL", order_type="MARKET", size="0.01", price="0")
    assert onboarding_hash(CHAIN, ACCOUNT) == (
        0xD38FCA3E24662DEA69B9BC6699DBAF95D018C8FB7C9940F51AABB813E8D8BF
    )
    assert auth_hash(CHAIN, ACCOUNT, **TIMES) == AUTH_HASH
    assert Ticket().hash() == ORDER_HASH
    assert market_sell.hash() == 0x7B9527E07F1FB0D65171D6748D794924909AE3D34D1CEEE67633E23A5E0D23E
    assert modify_hash(CHAIN, ACCOUNT, **vars(CHANGED), order_id=ORDER_ID) == MODIFY_HASH


def test_signatures_are_those_of_the_venues_sdk_byte_for_byte(signer: Signer) -> None:
    assert signer.auth(**TIMES) == AUTH_SIGNATURE
    assert signer.order(**vars(Ticket())) == ORDER_SIGNATURE
    assert signer.modify(**vars(CHANGED), order_id=ORDER_ID) == MODIFY_SIGNATURE


def test_the_public_key_and_the_address_follow_from_the_private_key(signer: Signer) -> None:
    assert public_key_of(PRIVATE_KEY) == signer.public_key == PUBLIC_KEY
    assert address_of(PUBLIC_KEY, proxy_hash=PROXY_HASH, account_hash=ACCOUNT_HASH) == ACCOUNT


def test_every_kind_of_signature_is_verified_over_its_own_hash_only(signer: Signer) -> None:
    signed = {
        onboarding_hash(CHAIN, ACCOUNT): signer.onboarding(),
        auth_hash(CHAIN, ACCOUNT, **TIMES): signer.auth(**TIMES),
        Ticket().hash(): signer.order(**vars(Ticket())),
        MODIFY_HASH: signer.modify(**vars(CHANGED), order_id=ORDER_ID),
    }
    for message_hash in signed:
        for other_hash, signature in signed.items():
            assert verify(message_hash, signature, PUBLIC_KEY) == (message_hash == other_hash)


def test_a_subkey_signs_the_main_accounts_hash() -> None:
    subkey = Signer("0x1234", ACCOUNT, CHAIN)
    signature = subkey.order(**vars(Ticket()))
    assert verify(ORDER_HASH, signature, subkey.public_key)
    assert not verify(ORDER_HASH, signature, PUBLIC_KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"market": "ETH-USD-PERP"},
        {"side": "SELL"},
        {"order_type": "MARKET"},
        {"size": "0.50000001"},
        {"price": "29500.00000001"},
        {"timestamp": 1706868900124},
    ],
)
def test_a_signature_holds_for_no_other_order(change: dict[str, object]) -> None:
    other = Ticket(**{**vars(Ticket()), **change})
    assert not verify(other.hash(), ORDER_SIGNATURE, PUBLIC_KEY)


def test_a_signature_holds_for_no_other_chain_or_account() -> None:
    ticket = vars(Ticket())
    elsewhere = order_hash("PRIVATE_SN_PARACLEAR_MAINNET", ACCOUNT, **ticket)
    another = order_hash(CHAIN, "0x1", **ticket)
    assert not verify(elsewhere, ORDER_SIGNATURE, PUBLIC_KEY)
    assert not verify(another, ORDER_SIGNATURE, PUBLIC_KEY)


def test_equal_amounts_have_equal_hashes_however_they_are_written() -> None:
    assert Ticket(size="0.50", price="29500.000").hash() == ORDER_HASH
    assert Ticket(size="0.5000000000", price="029500").hash() == ORDER_HASH


def test_without_a_seed_nonces_are_those_of_the_librarys_own_signing() -> None:
    rng = random.Random(6979)
    for _ in range(50):
        key = rng.randrange(1, CURVE_ORDER >> rng.choice((0, 8, 200)))
        message_hash = rng.getrandbits(rng.randint(1, 251))
        nonce = signing._nonce(key, message_hash, seed=b"")
        assert signing._public_key(nonce) == library_sign(key, message_hash)[0]


def test_random_orders_are_verified_and_never_after_a_flipped_bit(signer: Signer) -> None:
    rng = random.Random(1)
    for _ in range(20):
        ticket = Ticket(
            side=rng.choice(("BUY", "SELL")),
            size=f"{rng.randrange(10**6)}.{rng.randrange(10**8):08}",
            price=f"{rng.randrange(10**6)}.{rng.randrange(10**4)}",
            timestamp=rng.randrange(10**13),
        )
        signature = signer.order(**vars(ticket))
        r, s = parse_signature(signature)
        assert verify(ticket.hash(), signature, PUBLIC_KEY)
        assert not verify(ticket.hash() ^ 1 << rng.randrange(250), signature, PUBLIC_KEY)
        assert not verify(ticket.hash(), f'["{r ^ 1 << rng.randrange(250)}","{s}"]', PUBLIC_KEY)
        assert not verify(ticket.hash(), f'["{r}","{s ^ 1 << rng.randrange(250)}"]', PUBLIC_KEY)


MALFORMED = [
    "",
    "[]",
    "{}",
    '["1"]',
    '["1","2","3"]',
    "[1,2]",
    '["-1","2"]',
    '["0x1","2"]',
    '["1e3","2"]',
    '["\u0661","2"]',
    '["' + "9" * 5000 + '","2"]',
    "[" * 100_000,
    '["1","\ud800"]',
]


@pytest.mark.parametrize("text", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_signature_is_a_wire_error_and_never_verified(text: str) -> None:
    with pytest.raises(WireError):
        parse_signature(text)
    assert not verify(ORDER_HASH, text, PUBLIC_KEY)


def test_a_signature_may_hold_spaces() -> None:
    assert parse_signature(' [ "1" , "22" ] ') == (1, 22)


def _adding_up_to_infinity() -> str:
    return f'["{-ORDER_HASH * pow(int(PRIVATE_KEY, 16), -1, CURVE_ORDER) % CURVE_ORDER}","5"]'


@pytest.mark.parametrize(
    "signature",
    [
        '["0","1"]',
        '["1","0"]',
        f'["{2**251}","1"]',
        f'["1","{2**251}"]',
        f'["{CURVE_ORDER}","{CURVE_ORDER}"]',
    ],
)
def test_a_signature_out_of_range_is_not_verified_nor_shown_to_the_library(
    signature: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not verify(ORDER_HASH, signature, PUBLIC_KEY)
    assert capfd.readouterr().err == ""  # where the library tells of its panics


@pytest.mark.parametrize(
    "signature", [f'["1","{pow(2**251 + 5, -1, CURVE_ORDER)}"]', _adding_up_to_infinity()]
)
def test_a_signature_made_to_upset_the_library_is_not_verified(signature: str) -> None:
    assert not verify(ORDER_HASH, signature, PUBLIC_KEY)


@pytest.mark.parametrize("message_hash", [-1, 2**251, 2**300])
def test_a_hash_out_of_range_is_not_verified(message_hash: int) -> None:
    assert not verify(message_hash, ORDER_SIGNATURE, PUBLIC_KEY)


@pytest.mark.parametrize("key", ["", "0x", "zz", "0x0", "0x5", hex(2**251 * 2), "0x" + "f" * 64])
def test_nothing_is_verified_with_a_key_that_is_no_point(key: str) -> None:
    assert not verify(ORDER_HASH, ORDER_SIGNATURE, key)


@pytest.mark.parametrize("size", ["0.123456789", "1e-3", "-1", "+1", "", ".5", "5.", "NaN", "٣"])
def test_an_amount_that_cannot_be_signed_exactly_is_refused_by_name(size: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Ticket(size=size).hash()
    assert f"size {size!r}" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"side": "buy"}, "side 'buy'"),
        ({"market": "X" * 32}, "market 'XXX"),
        ({"market": "BTC-USD-€"}, "market 'BTC-USD-€'"),
        ({"order_type": "L" * 32}, "order_type 'LLL"),
        ({"timestamp": -1}, "timestamp -1"),
        ({"timestamp": 2**251}, "timestamp"),
        ({"price": "29500,5"}, "price '29500,5'"),
    ],
)
def test_a_field_that_cannot_be_signed_is_refused_by_name(
    change: dict[str, object], named: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Ticket(**{**vars(Ticket()), **change}).hash()
    assert named in str(caught.value)


@pytest.mark.parametrize("order_id", ["", "abc", "-1", "9" * 78])
def test_an_order_id_that_cannot_be_signed_is_refused_by_name(order_id: str) -> None:
    with pytest.raises(ConfigError, match="order_id"):
        modify_hash(CHAIN, ACCOUNT, **vars(Ticket()), order_id=order_id)


@pytest.mark.parametrize("account", ["", "0x", "129c", "0xzz", "0x0", "0x" + "f" * 64])
def test_an_account_that_is_no_address_is_refused_by_name(account: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Signer(PRIVATE_KEY, account, CHAIN)
    assert f"account {account!r}" in str(caught.value)


@pytest.mark.parametrize("chain", ["", "X" * 32])
def test_a_chain_that_cannot_be_signed_is_refused_by_name(chain: str) -> None:
    with pytest.raises(ConfigError, match="chain_id"):
        Signer(PRIVATE_KEY, ACCOUNT, chain)


@pytest.mark.parametrize(
    "key", ["", "0x0", PRIVATE_KEY[2:], PRIVATE_KEY + "zz", hex(CURVE_ORDER), "0x" + "e" * 64]
)
def test_a_bad_private_key_is_refused_without_a_trace_of_it(key: str) -> None:
    with pytest.raises(ConfigError, match="private_key") as caught:
        Signer(key, ACCOUNT, CHAIN)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert len(key) < 4 or key not in str(error)


def test_a_signer_shows_no_private_key_and_is_neither_pickled_nor_copied(signer: Signer) -> None:
    secret = PRIVATE_KEY[2:]
    assert repr(signer) == f"Signer(account={ACCOUNT}, public_key={PUBLIC_KEY})"
    assert secret not in str(signer)
    assert not hasattr(signer, "__dict__")
    for duplicate in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="neither pickled nor copied"):
            duplicate(signer)


def test_distinct_keys_have_distinct_addresses() -> None:
    keys = [public_key_of(hex(number)) for number in range(1, 20)]
    hashes = {"proxy_hash": PROXY_HASH, "account_hash": ACCOUNT_HASH}
    assert len({address_of(key, **hashes) for key in keys}) == len(keys)


@pytest.mark.parametrize("field", ["public_key", "proxy_hash", "account_hash"])
def test_an_address_of_malformed_parts_is_refused_by_name(field: str) -> None:
    parts = {"public_key": PUBLIC_KEY, "proxy_hash": PROXY_HASH, "account_hash": ACCOUNT_HASH}
    parts[field] = "nonsense"
    with pytest.raises(ConfigError, match=f"{field} 'nonsense'"):
        address_of(parts.pop("public_key"), **parts)
