"""Who may speak for an account: onboarding, log-in, and the signatures of orders.

Every signature is verified over a hash rebuilt from what was received, with this venue's chain id
and the account's own address; a subkey signs over the main account's address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from paradex_adapter.errors import ConfigError
from paradex_adapter.wire import signing
from paradex_venue.config import AccountConfig, VenueConfig
from paradex_venue.exchange import Exchange
from paradex_venue.orders import ModifyRequest, OrderRequest
from paradex_venue.records import Account
from paradex_venue.refusal import Refused
from paradex_venue.tokens import Tokens

ACCOUNT_PROXY_HASH = "0x3530cc4759d78042f1b543bf797f5f3d647cde0388c33734cf91b7f7b9314a9"
ACCOUNT_HASH = "0x41cb0280ebadaa75f996d8d92c6f265f6d040bb3ba442e5f86a554f1765244e"
DEFAULT_LIFETIME_S = 30 * 60
LONGEST_LIFETIME_S = 7 * 24 * 3600


def canonical(name: str, text: str) -> str:
    """A felt in hex without leading zeros, so that one account has one name."""
    try:
        value = int(text, 16) if text.startswith(("0x", "0X")) else 0
    except ValueError:
        value = 0
    if not 0 < value < signing.FIELD_PRIME:
        raise Refused("INVALID_STARKNET_ADDRESS", f"{name} {text!r} is no 0x hex of a felt")
    return hex(value)


class Registrar:
    def __init__(self, exchange: Exchange, tokens: Tokens, config: VenueConfig) -> None:
        self._exchange = exchange
        self._tokens = tokens
        self._config = config
        for account in config.accounts:
            self.register(account)

    def register(self, config: AccountConfig) -> Account:
        """Open an account without asking for a signature."""
        address = canonical("address", config.address)
        key = canonical("public_key", config.public_key)
        credit = self._config.credit if config.credit is None else config.credit
        is_new = address not in self._exchange.accounts
        account = self._exchange.open_account(address, key, credit)
        if is_new:
            account.terms, account.dime = config.terms, config.dime
        account.subkeys |= {canonical("subkey", subkey) for subkey in config.subkeys}
        return account

    def onboard(self, headers: Mapping[str, str], public_key: str) -> None:
        """`POST /onboarding`: idempotent for the same key, refused for another."""
        address = canonical("account", _header(headers, "paradex-starknet-account"))
        key = canonical("public_key", public_key)
        self._check(
            lambda: signing.onboarding_hash(self._config.chain_id, address),
            _header(headers, "paradex-starknet-signature"),
            (key,),
            "STARKNET_SIGNATURE_VERIFICATION_FAILED",
        )
        if self._config.strict_addresses and address != self.address_of(key):
            message = f"{address} is not the account that public key {key} owns"
            raise Refused("INVALID_STARKNET_ADDRESS", message)
        account = self._exchange.open_account(address, key, self._config.credit)
        if account.public_key != key:
            raise Refused("PUBLIC_KEY_INVALID", f"{address} was onboarded with another public key")

    def log_in(self, headers: Mapping[str, str], public_key: str | None) -> str:
        """`POST /auth` and `/auth/{public_key}`: a token for the account in the headers."""
        address = canonical("account", _header(headers, "paradex-starknet-account"))
        account = self._exchange.accounts.get(address)
        if account is None or account.house:
            raise Refused("NOT_ONBOARDED", "User has never called /onboarding endpoint")
        signed_at, expires_at = self._lifetime(headers)
        self._check(
            lambda: signing.auth_hash(
                self._config.chain_id, address, timestamp=signed_at, expiration=expires_at
            ),
            _header(headers, "paradex-starknet-signature"),
            self._candidates(account, public_key),
            "STARKNET_SIGNATURE_VERIFICATION_FAILED",
        )
        return self._tokens.issue(address)

    def account_of(self, token: str) -> Account:
        """The account a bearer token is good for, or `Refused` with status 401."""
        account = self._exchange.accounts.get(self._tokens.account_of(token))
        if account is None:
            raise Refused("INVALID_TOKEN", "the token's account is not known", 401)
        return account

    def check_order(self, account: Account, request: OrderRequest) -> None:
        """INVALID_ORDER_SIGNATURE unless a key of `account` signed exactly this order."""
        price = "0" if request.type == "MARKET" else request.price or "0"
        self._check(
            lambda: signing.order_hash(
                self._config.chain_id,
                account.address,
                market=request.market,
                side=request.side,
                order_type=request.type,
                size=request.size,
                price=price,
                timestamp=request.signature_timestamp,
            ),
            request.signature,
            account.keys,
            "INVALID_ORDER_SIGNATURE",
        )

    def check_modify(self, account: Account, request: ModifyRequest) -> None:
        """INVALID_ORDER_SIGNATURE unless a key of `account` signed exactly this change."""
        self._check(
            lambda: signing.modify_hash(
                self._config.chain_id,
                account.address,
                market=request.market,
                side=request.side,
                order_type=request.type,
                size=request.size,
                price=request.price,
                timestamp=request.signature_timestamp,
                order_id=request.id,
            ),
            request.signature,
            account.keys,
            "INVALID_ORDER_SIGNATURE",
        )

    def address_of(self, public_key: str) -> str:
        return signing.address_of(
            public_key, proxy_hash=ACCOUNT_PROXY_HASH, account_hash=ACCOUNT_HASH
        )

    def _candidates(self, account: Account, public_key: str | None) -> tuple[str, ...]:
        if public_key is None:
            return (account.public_key,)
        key = canonical("public_key", public_key)
        if key not in account.keys:
            raise Refused("INVALID_SUBKEY", f"public key {key} is none of this account's")
        return (key,)

    def _lifetime(self, headers: Mapping[str, str]) -> tuple[int, int]:
        signed_at = _seconds(_header(headers, "paradex-timestamp"))
        given = headers.get("paradex-signature-expiration")
        expires_at = _seconds(given) if given else signed_at + DEFAULT_LIFETIME_S
        now = self._exchange.now_ms() // 1000
        if expires_at <= now:
            raise Refused("INVALID_TIMESTAMP", f"the signature expired at {expires_at}")
        if expires_at > signed_at + LONGEST_LIFETIME_S:
            raise Refused("INVALID_TIMESTAMP", "a signature may live for a week at most")
        return signed_at, expires_at

    def _check(
        self, message_hash: Callable[[], int], signature: str, keys: tuple[str, ...], code: str
    ) -> None:
        if not self._config.verify_signatures:
            return
        try:
            expected = message_hash()
        except ConfigError as error:
            raise Refused(code, str(error)) from error
        if not any(signing.verify(expected, signature, key) for key in keys):
            raise Refused(code, "the signature is not of this message, chain, account and key")


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise Refused("INVALID_REQUEST_PARAMETER", f"header {name.upper()} is missing")
    return value


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Refused("INVALID_TIMESTAMP", f"{text!r} is no unix time in seconds")
    return int(text)
