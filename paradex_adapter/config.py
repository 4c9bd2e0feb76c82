"""What a Nautilus user sets. A setting that cannot work is a `ConfigError` at construction."""

from __future__ import annotations

from typing import Literal

import msgspec
from nautilus_trader.common.config import (
    PositiveFloat,
    PositiveInt,
    register_config_encoding,
)
from nautilus_trader.config import LiveDataClientConfig, LiveExecClientConfig

from paradex_adapter.backoff import Backoff
from paradex_adapter.environment import Credentials, Endpoints, Secret, resolve
from paradex_adapter.errors import ConfigError
from paradex_adapter.wire.sbe import VERSIONS

# Nautilus writes configs to disk, to logs and on the message bus, as JSON: a key is masked there.
register_config_encoding(Secret, str)

MIN_RECV_WINDOW_MS = 10
"""The least the venue accepts (documentation page "orders")."""


class ParadexDataClientConfig(LiveDataClientConfig, frozen=True, kw_only=True):
    """Configuration for ``ParadexDataClient`` instances.

    Parameters
    ----------
    environment : str, optional
        ``"PROD"``, ``"TESTNET"`` or a base URL such as ``"http://127.0.0.1:8080/v1"``.
        If ``None`` then ``"PROD"``, unless `base_url_http` is given.
    base_url_http : str, optional
        The REST base URL, in place of the environment's.
    base_url_ws : str, optional
        The WebSocket URL, in place of the environment's.
    http_timeout_secs : PositiveFloat, default 10
        The timeout (seconds) of a whole HTTP exchange.
    sbe_version : int, optional
        The version of the binary schema to ask for. If ``None`` then the highest that both sides
        know, and JSON as the last resort.
    update_instruments_interval_mins : PositiveInt, optional, default 60
        The interval (minutes) between reloading instruments: the venue changes increments while
        a market trades. If ``None`` then they are loaded once.
    ws_dial_timeout_secs : PositiveFloat, default 10
        The timeout (seconds) for opening a WebSocket.
    ws_ack_timeout_secs : PositiveFloat, default 5
        The timeout (seconds) for the acknowledgement of a subscription, and for a book's snapshot.
    book_check_interval_secs : PositiveFloat, default 30
        How long (seconds) a book may stand still before it is held against the venue's over REST.
    reconnect_delay_initial_ms : PositiveInt, default 250
        The delay (milliseconds) before the first reconnect; it doubles with each failure.
    reconnect_delay_max_ms : PositiveInt, default 10_000
        The longest delay (milliseconds) between reconnects.

    """

    environment: str | None = None
    base_url_http: str | None = None
    base_url_ws: str | None = None
    http_timeout_secs: PositiveFloat = 10.0
    sbe_version: int | None = None
    update_instruments_interval_mins: PositiveInt | None = 60
    ws_dial_timeout_secs: PositiveFloat = 10.0
    ws_ack_timeout_secs: PositiveFloat = 5.0
    book_check_interval_secs: PositiveFloat = 30.0
    reconnect_delay_initial_ms: PositiveInt = 250
    reconnect_delay_max_ms: PositiveInt = 10_000

    def __post_init__(self) -> None:
        _check(self)

    def endpoints(self) -> Endpoints:
        """Where to connect."""
        return resolve(self.environment, self.base_url_http, self.base_url_ws)

    def backoff(self) -> Backoff:
        """How long to wait between reconnects."""
        return _backoff(self)


class ParadexExecClientConfig(LiveExecClientConfig, frozen=True, kw_only=True):
    """Configuration for ``ParadexExecutionClient`` instances.

    Parameters
    ----------
    environment : str, optional
        ``"PROD"``, ``"TESTNET"`` or a base URL such as ``"http://127.0.0.1:8080/v1"``.
        If ``None`` then ``"PROD"``, unless `base_url_http` is given.
    base_url_http : str, optional
        The REST base URL, in place of the environment's.
    base_url_ws : str, optional
        The WebSocket URL, in place of the environment's.
    l2_address : str, optional
        The account's Paradex (L2) address. For a subkey, the main account's.
        If ``None`` then will source the `PARADEX_L2_ADDRESS` or `PARADEX_TESTNET_L2_ADDRESS`
        environment variable based on `environment`.
    l2_private_key : str, optional
        The account's Stark private key, or a subkey's. It is masked wherever a config is shown or
        encoded. If ``None`` then will source the `PARADEX_L2_PRIVATE_KEY` or
        `PARADEX_TESTNET_L2_PRIVATE_KEY` environment variable based on `environment`.
    recv_window_ms : PositiveInt, default 10_000
        How long (milliseconds) a signed order may be on its way: one not executed within this
        time of being signed is void by the venue's own rule. That an order unanswered and not
        found was never placed is known only after it, so a longer window means a longer doubt.
    order_entry : {"websocket", "rest"}, default "websocket"
        How orders, changes and cancels are sent. The WebSocket is the faster way; while its
        session is down, or does not answer, they go over REST all the same.
    cancel_on_disconnect : bool, default False
        If the venue is to cancel, when a session is lost, the orders that entered over it; it is
        asked to let them be before the node closes the session itself. Orders that went over REST
        are not covered, so `order_entry` must be ``"websocket"``.
    http_timeout_secs : PositiveFloat, default 10
        The timeout (seconds) of a whole HTTP exchange.
    report_timeout_secs : PositiveFloat, default 20
        How long (seconds) the venue is asked for a report, again after each failure, before the
        report fails. How far back reports go is set on the engine (`reconciliation_lookback_mins`,
        `open_check_lookback_mins`, `position_check_lookback_mins`): where it sets nothing, as far
        as they have no more than 1,000 orders and 10,000 executions to tell of.
    sbe_version : int, optional
        The version of the binary schema to ask for. If ``None`` then the highest that both sides
        know, and JSON as the last resort.
    ws_dial_timeout_secs : PositiveFloat, default 10
        The timeout (seconds) for opening a WebSocket.
    ws_auth_timeout_secs : PositiveFloat, default 10
        The timeout (seconds) for WebSocket authentication.
    ws_ack_timeout_secs : PositiveFloat, default 5
        The timeout (seconds) for the acknowledgement of a subscription.
    reconnect_delay_initial_ms : PositiveInt, default 250
        The delay (milliseconds) before the first reconnect; it doubles with each failure.
    reconnect_delay_max_ms : PositiveInt, default 10_000
        The longest delay (milliseconds) between reconnects.
    journal_dir : str, optional
        The folder in which every step of every order is written down, at most 128 MiB, for
        ``python -m paradex_adapter.journal``. If ``None`` then the last ones are in memory only.

    """

    environment: str | None = None
    base_url_http: str | None = None
    base_url_ws: str | None = None
    l2_address: str | None = None
    l2_private_key: str | None = None
    recv_window_ms: PositiveInt = 10_000
    order_entry: Literal["websocket", "rest"] = "websocket"
    cancel_on_disconnect: bool = False
    http_timeout_secs: PositiveFloat = 10.0
    report_timeout_secs: PositiveFloat = 20.0
    sbe_version: int | None = None
    ws_dial_timeout_secs: PositiveFloat = 10.0
    ws_auth_timeout_secs: PositiveFloat = 10.0
    ws_ack_timeout_secs: PositiveFloat = 5.0
    reconnect_delay_initial_ms: PositiveInt = 250
    reconnect_delay_max_ms: PositiveInt = 10_000
    journal_dir: str | None = None

    def __post_init__(self) -> None:
        if self.l2_private_key is not None and not isinstance(self.l2_private_key, Secret):
            msgspec.structs.force_setattr(self, "l2_private_key", Secret(self.l2_private_key))
        _check(self)
        if self.order_entry not in ("rest", "websocket"):
            raise ConfigError(f"order_entry {self.order_entry!r} is unknown: use rest or websocket")
        if self.cancel_on_disconnect and self.order_entry != "websocket":
            raise ConfigError(
                f"cancel_on_disconnect covers no order entered over {self.order_entry}: "
                'set order_entry to "websocket"'
            )
        if self.recv_window_ms < MIN_RECV_WINDOW_MS:
            raise ConfigError(
                f"recv_window_ms {self.recv_window_ms} is too short: "
                f"the venue accepts {MIN_RECV_WINDOW_MS} and more"
            )

    def endpoints(self) -> Endpoints:
        """Where to connect."""
        return resolve(self.environment, self.base_url_http, self.base_url_ws)

    def credentials(self) -> Credentials:
        """The account and its key, from here or from the environment variables."""
        return Credentials.resolve(self.endpoints(), self.l2_address, self.l2_private_key)

    def backoff(self) -> Backoff:
        """How long to wait between reconnects."""
        return _backoff(self)


def _check(config: ParadexDataClientConfig | ParadexExecClientConfig) -> None:
    config.endpoints()
    for name in config.__struct_fields__:
        value = getattr(config, name)
        is_span = name.endswith(("_secs", "_ms", "_mins")) and value is not None
        if is_span and not value > 0:
            raise ConfigError(f"{name} {value!r} cannot work: it must be above zero")
    if config.sbe_version not in (None, *VERSIONS):
        known = ", ".join(map(str, VERSIONS))
        raise ConfigError(f"sbe_version {config.sbe_version!r} is unknown: use one of {known}")
    if config.reconnect_delay_max_ms < config.reconnect_delay_initial_ms:
        raise ConfigError(
            f"reconnect_delay_max_ms {config.reconnect_delay_max_ms} is below "
            f"reconnect_delay_initial_ms {config.reconnect_delay_initial_ms}: raise it"
        )


def _backoff(config: ParadexDataClientConfig | ParadexExecClientConfig) -> Backoff:
    return Backoff(
        first=config.reconnect_delay_initial_ms / 1_000,
        cap=config.reconnect_delay_max_ms / 1_000,
    )
