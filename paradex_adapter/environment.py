"""Where the venue is and who trades there: settings checked before anything is opened.

Credentials come from the configuration or, where it leaves them out, from the environment:

| environment        | account address             | private key                     |
|--------------------|-----------------------------|---------------------------------|
| PROD or a base URL | PARADEX_L2_ADDRESS          | PARADEX_L2_PRIVATE_KEY          |
| TESTNET            | PARADEX_TESTNET_L2_ADDRESS  | PARADEX_TESTNET_L2_PRIVATE_KEY  |

A subkey is a private key of its own used with the main account's address: nothing else differs.
Every refusal is a `ConfigError` that names the setting and the remedy, never the key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from paradex_adapter.errors import ConfigError
from paradex_adapter.wire.markets import SystemConfig
from paradex_adapter.wire.signing import CURVE_ORDER, FIELD_PRIME

_HEX = re.compile(r"(?:0[xX])?([0-9a-fA-F]{1,64})", re.ASCII)


class Environment(StrEnum):
    """The venues that Paradex runs (documentation page "API environments")."""

    PROD = "PROD"
    TESTNET = "TESTNET"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where to connect, and the chain that must be met there (None: any).

    `is_testnet` decides which environment variables hold the credentials.
    """

    rest_url: str
    ws_url: str
    chain_id: str | None = None
    is_testnet: bool = False


ENDPOINTS = {
    Environment.PROD: Endpoints(
        "https://api.prod.paradex.trade/v1",
        "wss://ws.api.prod.paradex.trade/v1",
        "PRIVATE_SN_PARACLEAR_MAINNET",
    ),
    Environment.TESTNET: Endpoints(
        "https://api.testnet.paradex.trade/v1",
        "wss://ws.api.testnet.paradex.trade/v1",
        "PRIVATE_SN_POTC_SEPOLIA",
        is_testnet=True,
    ),
}


def resolve(
    environment: str | None = None,
    base_url_http: str | None = None,
    base_url_ws: str | None = None,
) -> Endpoints:
    """Settle where to connect.

    `environment` is `"PROD"`, `"TESTNET"` or a base URL (`"http://127.0.0.1:8080/v1"`, whose
    WebSocket is at the same place); None means PROD, unless `base_url_http` is given. A base URL
    replaces the environment's; the chain is still the environment's where one is named.
    """
    if environment is not None and "://" in environment:
        if base_url_http is not None:
            raise ConfigError(
                f"environment {environment!r} and base_url_http {base_url_http!r} "
                "both say where REST is: give one"
            )
        environment, base_url_http = None, environment
    if environment is None and base_url_http is not None:
        return _custom(base_url_http, base_url_ws)
    if environment is None and base_url_ws is not None:
        raise ConfigError(
            f"base_url_ws {base_url_ws!r} without base_url_http: give both, or name the environment"
        )
    known = _named(Environment.PROD if environment is None else environment)
    return Endpoints(
        known.rest_url if base_url_http is None else _http_url(base_url_http),
        known.ws_url if base_url_ws is None else _ws_url(base_url_ws),
        known.chain_id,
        known.is_testnet,
    )


def _named(environment: str) -> Endpoints:
    try:
        return ENDPOINTS[Environment(environment.upper())]
    except ValueError:
        choices = ", ".join(Environment)
        raise ConfigError(
            f"environment {str(environment)!r} is unknown: use {choices} or a base URL "
            "such as http://127.0.0.1:8080/v1"
        ) from None


def _custom(base_url_http: str, base_url_ws: str | None) -> Endpoints:
    rest = _http_url(base_url_http)
    beside = re.sub("^http", "ws", rest)
    return Endpoints(rest, beside if base_url_ws is None else _ws_url(base_url_ws))


def _http_url(value: str) -> str:
    return _url("base_url_http", value, ("http", "https"))


def _ws_url(value: str) -> str:
    return _url("base_url_ws", value, ("ws", "wss"))


def _url(name: str, value: str, schemes: tuple[str, str]) -> str:
    """`value` checked, without a trailing slash; `/v1` is added where no path is given."""
    form = f"write {schemes[0]}://host:port/v1 or {schemes[1]}://host/v1"
    try:
        parts = urlsplit(value)
        _ = parts.port  # parsed here, where a bad one can still be named
    except ValueError as error:
        raise ConfigError(f"{name} {value!r} is not a URL ({error}): {form}") from None
    if parts.username is not None or parts.password is not None:
        raise ConfigError(f"{name} carries a user name or password: leave it out; {form}")
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(f"{name} {value!r} is not a base URL: {form}")
    path = parts.path.rstrip("/") or "/v1"
    return f"{parts.scheme}://{parts.netloc}{path}"


def check_chain(config: SystemConfig, endpoints: Endpoints) -> None:
    """Refuse a venue on another chain than the environment's: signatures would be worthless."""
    if endpoints.chain_id not in (None, config.starknet_chain_id):
        raise ConfigError(
            f"{endpoints.rest_url} is on chain {config.starknet_chain_id!r}, the environment's is "
            f"{endpoints.chain_id!r}: correct environment or base_url_http"
        )


class Secret(str):
    """Text that shows itself to nobody: not in `repr`, `str`, an f-string or a log line.

    It compares and encodes as the text it is; `reveal()` gives the plain string.
    """

    __slots__ = ()

    def reveal(self) -> str:
        return str.__str__(self)

    def __repr__(self) -> str:
        return "'***'"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account's address and a key that may sign for it, both lower-case 0x hex."""

    l2_address: str
    private_key: Secret

    @classmethod
    def resolve(
        cls,
        endpoints: Endpoints,
        l2_address: str | None = None,
        l2_private_key: str | None = None,
        *,
        environ: Mapping[str, str] = os.environ,
    ) -> Credentials:
        """Take each from the argument or from its environment variable, and check it."""
        prefix = "PARADEX_TESTNET" if endpoints.is_testnet else "PARADEX"

        def setting(name: str, given: str | None, check: Callable[[str, str], int]) -> str:
            variable = f"{prefix}_{name.upper()}"
            if given is not None:
                return hex(check(name, given))
            if variable not in environ:
                raise ConfigError(f"{name} is missing: set it in the config, or set {variable}")
            return hex(check(variable, environ[variable]))

        address = setting("l2_address", l2_address, _address)
        return cls(address, Secret(setting("l2_private_key", l2_private_key, _private_key)))


def _address(name: str, text: str) -> int:
    value = _hex(text)
    if value is None or not 0 < value < FIELD_PRIME:
        raise ConfigError(
            # A key pasted into the wrong field must not be printed whole.
            f"{name} '{text[:6]}…' ({len(text)} characters) is not a Starknet address: give 0x "
            "and up to 64 hex digits; for a subkey, give the main account's address"
        )
    return value


def _private_key(name: str, text: str) -> int:
    """The key's number. What was given is the secret, so no message quotes it."""
    value = _hex(text)
    if value is None:
        shape = "is empty" if not text.strip() else f"is not hexadecimal ({len(text)} characters)"
        raise ConfigError(f"{name} {shape}: give the Stark private key, 0x and up to 64 hex digits")
    if not 0 < value < CURVE_ORDER:
        raise ConfigError(
            f"{name} is not on the Stark curve (zero, or not below the curve's order): "
            "give the L2 (Stark) private key, not an Ethereum one"
        )
    return value


def _hex(text: str) -> int | None:
    match = _HEX.fullmatch(text.strip())
    return int(match[1], 16) if match else None
