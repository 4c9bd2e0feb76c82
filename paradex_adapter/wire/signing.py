"""Stark signatures over orders, changes of orders, log-ins and onboarding.

Paradex signs SNIP-12 typed data of revision 0: every field is a felt, every hash a Pedersen chain,
the domain is `{name: "Paradex", chainId, version: 1}`. The same functions serve the adapter, which
signs, and a venue, which rebuilds the hash from a request's body and verifies.

A subkey signs with its own private key over hashes that carry the *main* account's address.
Whatever cannot be signed exactly is a `ConfigError` that names the value: nothing is truncated.
"""

from __future__ import annotations

import hmac
import re
from functools import lru_cache
from typing import Never

import msgspec
from fast_stark_crypto.fast_stark_crypto import (
    rs_compute_pedersen_hash,
    rs_get_public_key,
    rs_verify_signature,
)

from paradex_adapter.errors import ConfigError, WireError

FIELD_PRIME = 2**251 + 17 * 2**192 + 1
CURVE_ORDER = 0x800000000000010FFFFFFFFFFFFFFFFB781126DCAE7B2321E66A241ADC64D2F
CURVE_BETA = 0x6F21413EFBE40DE150E596D72F7A8C5609AD26C15C915C1F4CDFCB99CEE9E89
# starknet signs and verifies below 2^251 only: hash, r and s.
ECDSA_BOUND = 2**251
# The venue's SDK seeds RFC 6979 with this, so equal messages give equal bytes there and here.
NONCE_SEED = b"\x20"
DECIMALS = 8

_ADDRESS_BOUND = 2**251 - 256
# starknet_keccak("initialize"), what the account proxy's constructor calls.
_INITIALIZE = 0x79DC0DA7C54B95F10AA182AD0A46400DB63156920ADB65ECA2654C0945A463
_HEX = re.compile(r"0x[0-9a-fA-F]{1,64}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,78}", re.ASCII)
_DECIMAL = re.compile(r"([0-9]{1,40})(?:\.([0-9]{1,8})0*)?", re.ASCII)
_SIDES = {"BUY": 1, "SELL": 2}


def order_hash(
    chain_id: str,
    account: str,
    *,
    market: str,
    side: str,
    order_type: str,
    size: str,
    price: str,
    timestamp: int,
) -> int:
    """The hash of a new order. `timestamp` in ms; `price` is `"0"` for MARKET orders."""
    fields = _order_fields(market, side, order_type, size, price, timestamp)
    return _message(_prefix(chain_id, account), _ORDER, fields)


def modify_hash(
    chain_id: str,
    account: str,
    *,
    market: str,
    side: str,
    order_type: str,
    size: str,
    price: str,
    timestamp: int,
    order_id: str,
) -> int:
    """The hash of a change to the order `order_id` (the venue's numeric id). `timestamp` in ms."""
    fields = _order_fields(market, side, order_type, size, price, timestamp)
    return _message(_prefix(chain_id, account), _MODIFY, (*fields, _numeric_id(order_id)))


def auth_hash(chain_id: str, account: str, *, timestamp: int, expiration: int) -> int:
    """The hash of a log-in, both times in seconds. The path is `/v1/auth` even where the URL of
    the request also carries the public key."""
    return _message(_prefix(chain_id, account), _REQUEST, _auth_fields(timestamp, expiration))


def onboarding_hash(chain_id: str, account: str) -> int:
    """The hash that registers an account."""
    return _message(_prefix(chain_id, account), _CONSTANT, (_felt("action", "Onboarding"),))


def parse_signature(text: str) -> tuple[int, int]:
    """`'["r","s"]'`, both decimal, as integers. Raises `WireError`, which never quotes `text`."""
    try:
        r, s = msgspec.json.decode(text, type=tuple[str, str])
    except (msgspec.DecodeError, UnicodeError):
        raise WireError('a signature is a JSON array of two strings: ["r","s"]') from None
    if not (_DIGITS.fullmatch(r) and _DIGITS.fullmatch(s)):
        raise WireError("a signature holds two decimal integers of at most 78 digits")
    return int(r), int(s)


def verify(message_hash: int, signature: str, public_key: str) -> bool:
    """Whether `signature` over `message_hash` was made with `public_key` (0x hex).

    False, never an exception, for whatever is malformed or out of range.
    """
    try:
        r, s = parse_signature(signature)
    except WireError:
        return False
    if not (0 <= message_hash < ECDSA_BOUND and 0 < r < ECDSA_BOUND and 0 < s < ECDSA_BOUND):
        return False
    if not _is_on_curve(public_key):
        return False
    try:
        return bool(rs_verify_signature(public_key, hex(message_hash), hex(r), hex(s)))
    except BaseException as error:
        # The library panics where r and s are chosen to add up to infinity, and pyo3 gives its
        # PanicException neither a name to import nor Exception for a parent.
        if type(error).__name__ != "PanicException":
            raise
        return False


def public_key_of(private_key: str) -> str:
    """The public key (0x hex) of a private key (0x hex)."""
    return hex(_public_key(_private_key(private_key)))


def address_of(public_key: str, *, proxy_hash: str, account_hash: str) -> str:
    """The address of the account that `public_key` owns, for the class hashes that the venue's
    `GET /system/config` names `paraclear_account_proxy_hash` and `paraclear_account_hash`."""
    key = _hex_felt("public_key", public_key)
    arguments = _chain(0, (_hex_felt("account_hash", account_hash), _INITIALIZE, 2, key, 0), 5)
    prefix = _felt("prefix", "STARKNET_CONTRACT_ADDRESS")
    deployer = 0
    fields = (prefix, deployer, key, _hex_felt("proxy_hash", proxy_hash), arguments)
    return hex(_chain(0, fields, 5) % _ADDRESS_BOUND)


class Signer:
    """Signs for one account with one key; every result is the wire form `'["r","s"]'`.

    Deterministic: equal messages have equal signatures, byte for byte those of the venue's SDK.
    """

    __slots__ = ("_key", "_message_prefix", "account", "chain_id", "public_key")

    def __init__(self, private_key: str, account: str, chain_id: str) -> None:
        """Keys and addresses are 0x hex. Raises `ConfigError` naming the field at fault."""
        self._key = _private_key(private_key)
        self._message_prefix = _prefix(chain_id, account)
        self.public_key = hex(_public_key(self._key))
        self.account = account
        self.chain_id = chain_id

    def order(
        self, *, market: str, side: str, order_type: str, size: str, price: str, timestamp: int
    ) -> str:
        """Sign a new order; arguments as `order_hash`."""
        fields = _order_fields(market, side, order_type, size, price, timestamp)
        return self._sign(_ORDER, fields)

    def modify(
        self,
        *,
        market: str,
        side: str,
        order_type: str,
        size: str,
        price: str,
        timestamp: int,
        order_id: str,
    ) -> str:
        """Sign a change to an order; arguments as `modify_hash`."""
        fields = _order_fields(market, side, order_type, size, price, timestamp)
        return self._sign(_MODIFY, (*fields, _numeric_id(order_id)))

    def auth(self, *, timestamp: int, expiration: int) -> str:
        """Sign a log-in; both times in seconds."""
        return self._sign(_REQUEST, _auth_fields(timestamp, expiration))

    def onboarding(self) -> str:
        """Sign the registration of the account."""
        return self._sign(_CONSTANT, (_felt("action", "Onboarding"),))

    def _sign(self, struct: int, fields: tuple[int, ...]) -> str:
        r, s = _ecdsa(self._key, _message(self._message_prefix, struct, fields))
        return f'["{r}","{s}"]'

    def __repr__(self) -> str:
        return f"Signer(account={self.account}, public_key={self.public_key})"

    def __reduce__(self) -> Never:
        raise TypeError("a Signer holds a private key: it is neither pickled nor copied")


# ---- hashes ----


def _pedersen(left: int, right: int) -> int:
    return int(rs_compute_pedersen_hash(hex(left), hex(right)))


def _chain(start: int, values: tuple[int, ...], count: int) -> int:
    for value in values:
        start = _pedersen(start, value)
    return _pedersen(start, count)


def _message(prefix: int, struct: int, fields: tuple[int, ...]) -> int:
    """H("StarkNet Message", domain, account, H(type, *fields)), from two precomputed starts."""
    return _chain(prefix, (_chain(struct, fields, len(fields) + 1),), 4)


# h(0, type hash): where the hash of each struct starts. The type hashes are starknet_keccak of
# "Order(timestamp:felt,market:felt,side:felt,orderType:felt,size:felt,price:felt)" and so on.
_ORDER = _pedersen(0, 0xA56D5225B97B257C15AE2CB1CC0EA605381A886CD75463DB45FD2EF9FBC255)
_MODIFY = _pedersen(0, 0x201789BB587C17B251FD38DAF43B14807010EA721C2929A8C2FC33BF15C2E2C)
_REQUEST = _pedersen(0, 0x186CDEF6B179923C411C13C11B8A825F12BF34203BDDA0A984DA9D6F2313C2)
_CONSTANT = _pedersen(0, 0xE84BBCB68E0F7C73A9058BA82B6DA9C1FFDC502EFCF034E78B0C003C22ECC9)
_DOMAIN = _pedersen(0, 0x98D1932052FC5137543DE5ED85B7A88555A4CD1FF5D5BFEDB62ED9B9A1F0DB)


@lru_cache(maxsize=1024)
def _prefix(chain_id: str, account: str) -> int:
    """The chained hash of "StarkNet Message", the domain and the account."""
    if not chain_id:
        raise ConfigError("chain_id is empty: take starknet_chain_id from GET /system/config")
    name, version = _felt("name", "Paradex"), 1
    domain = _chain(_DOMAIN, (name, _felt("chain_id", chain_id), version), 4)
    start = _pedersen(0, _felt("prefix", "StarkNet Message"))
    return _pedersen(_pedersen(start, domain), _hex_felt("account", account))


def _order_fields(
    market: str, side: str, order_type: str, size: str, price: str, timestamp: int
) -> tuple[int, ...]:
    if side not in _SIDES:
        raise ConfigError(f"side {side!r} cannot be signed: use BUY or SELL")
    return (
        _natural("timestamp", timestamp),
        _felt("market", market),
        _SIDES[side],
        _felt("order_type", order_type),
        _scaled("size", size),
        _scaled("price", price),
    )


def _auth_fields(timestamp: int, expiration: int) -> tuple[int, ...]:
    method, path, body = _felt("method", "POST"), _felt("path", "/v1/auth"), 0
    return (
        method,
        path,
        body,
        _natural("timestamp", timestamp),
        _natural("expiration", expiration),
    )


# ---- felts ----


@lru_cache(maxsize=4096)
def _felt(name: str, text: str) -> int:
    """As starknet reads a string field: digits and 0x hex are numbers, the rest is ASCII bytes."""
    if _DIGITS.fullmatch(text):
        return _natural(name, int(text))
    if _HEX.fullmatch(text):
        return _natural(name, int(text, 16))
    if not text.isascii() or len(text) > 31:
        raise ConfigError(f"{name} {text!r} cannot be signed: at most 31 ASCII characters fit")
    return int.from_bytes(text.encode("ascii"))


def _natural(name: str, value: int) -> int:
    if not 0 <= value < ECDSA_BOUND:
        raise ConfigError(f"{name} {value} cannot be signed: it must lie from 0 to 2^251")
    return value


def _numeric_id(order_id: str) -> int:
    if not _DIGITS.fullmatch(order_id):
        raise ConfigError(f"order_id {order_id!r} cannot be signed: use the venue's numeric id")
    return _natural("order_id", int(order_id))


def _scaled(name: str, value: str) -> int:
    match = _DECIMAL.fullmatch(value)
    if match is None:
        raise ConfigError(
            f"{name} {value!r} cannot be signed: write a plain decimal, not negative, "
            f"without exponent and with at most {DECIMALS} decimals"
        )
    whole, fraction = match.groups(default="")
    return int(whole + fraction.ljust(DECIMALS, "0"))


def _hex_felt(name: str, text: str) -> int:
    value = int(text, 16) if _HEX.fullmatch(text) else 0
    if not 0 < value < FIELD_PRIME:
        raise ConfigError(f"{name} {text!r} is not 0x and up to 64 hex digits of a Starknet felt")
    return value


def _private_key(text: str) -> int:
    # The text is the secret: it is never quoted, nor left behind in a chained exception.
    value = int(text, 16) if _HEX.fullmatch(text) else 0
    if not 0 < value < CURVE_ORDER:
        raise ConfigError(
            "private_key is not a Stark private key: give 0x and up to 64 hex digits, "
            "more than zero and less than the curve's order"
        )
    return value


# ---- the curve ----


def _public_key(private_key: int) -> int:
    """The x coordinate of private_key * G."""
    return int(rs_get_public_key(hex(private_key)))


@lru_cache(maxsize=1024)
def _is_on_curve(public_key: str) -> bool:
    """Whether `public_key` is the x of a point: y² = x³ + x + β has a root."""
    x = int(public_key, 16) if _HEX.fullmatch(public_key) else FIELD_PRIME
    if not 0 < x < FIELD_PRIME:
        return False
    y_squared = (x * x * x + x + CURVE_BETA) % FIELD_PRIME
    return pow(y_squared, (FIELD_PRIME - 1) // 2, FIELD_PRIME) == 1


def _ecdsa(private_key: int, message_hash: int) -> tuple[int, int]:
    """The library's own sign takes no seed; its multiplication by G, the costly part, serves."""
    k = _nonce(private_key, message_hash)
    r = _public_key(k)
    return r, pow(k, -1, CURVE_ORDER) * (message_hash + r * private_key) % CURVE_ORDER


def _nonce(private_key: int, message_hash: int, seed: bytes = NONCE_SEED) -> int:
    """RFC 6979 section 3.2 with SHA-256 and `seed` as additional data (section 3.6). Candidates
    are the leftmost 252 bits, the length of the order."""
    material = private_key.to_bytes(32) + message_hash.to_bytes(32) + seed
    key, value = bytes(32), b"\x01" * 32
    for separator in (b"\x00", b"\x01"):
        key = hmac.digest(key, value + separator + material, "sha256")
        value = hmac.digest(key, value, "sha256")
    while True:
        value = hmac.digest(key, value, "sha256")
        k = int.from_bytes(value) >> 4
        if 0 < k < CURVE_ORDER:
            return k
        key = hmac.digest(key, value + b"\x00", "sha256")
        value = hmac.digest(key, value, "sha256")
