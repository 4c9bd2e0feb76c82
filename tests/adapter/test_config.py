from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from nautilus_trader.config import TradingNodeConfig

from paradex_adapter.backoff import Backoff
from paradex_adapter.config import ParadexDataClientConfig, ParadexExecClientConfig
from paradex_adapter.environment import ENDPOINTS, Environment
from paradex_adapter.errors import ConfigError

KEY = "0x543b6cf6c91817a87174aaea4fb370ac1c694e864d7740d728f8344d53e815"
CONFIGS = [ParadexDataClientConfig, ParadexExecClientConfig]


def _exec(**settings: Any) -> ParadexExecClientConfig:
    return ParadexExecClientConfig(l2_address="0x1", l2_private_key=KEY, **settings)


def test_a_config_takes_a_plain_key_and_gives_it_to_whoever_signs() -> None:
    assert _exec().credentials().private_key.reveal() == KEY


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        lambda config: config.json().decode(),
        lambda config: str(config.json_primitives()),
        lambda config: str(config.dict()),
        lambda config: str(msgspec.structs.asdict(config)),
        lambda config: f"{config.l2_private_key=}",
        lambda config: repr(TradingNodeConfig(exec_clients={"PARADEX": config})),
        lambda config: TradingNodeConfig(exec_clients={"PARADEX": config}).json().decode(),
    ],
)
def test_the_key_is_masked_wherever_nautilus_shows_or_encodes_a_config(show: Any) -> None:
    shown = show(_exec())
    assert KEY not in shown
    assert KEY[2:] not in shown
    assert "***" in shown


def test_a_key_read_from_json_is_masked_too_and_still_signs() -> None:
    raw = json.dumps({"l2_address": "0x1", "l2_private_key": KEY})
    config = ParadexExecClientConfig.parse(raw)
    assert KEY not in repr(config)
    assert config.credentials().private_key.reveal() == KEY


def test_a_changed_copy_keeps_the_key() -> None:
    changed = msgspec.structs.replace(_exec(), recv_window_ms=5_000)
    assert changed.credentials().private_key.reveal() == KEY
    assert changed.recv_window_ms == 5_000


def test_a_masked_key_read_back_is_not_taken_for_a_key() -> None:
    config = ParadexExecClientConfig.parse(_exec().json())
    with pytest.raises(ConfigError, match="l2_private_key is not hexadecimal"):
        config.credentials()


def test_credentials_come_from_the_environment_when_the_config_leaves_them_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PARADEX_TESTNET_L2_ADDRESS", "0xA")
    monkeypatch.setenv("PARADEX_TESTNET_L2_PRIVATE_KEY", KEY)
    credentials = ParadexExecClientConfig(environment="TESTNET").credentials()
    assert (credentials.l2_address, credentials.private_key.reveal()) == ("0xa", KEY)


@pytest.mark.parametrize("config", CONFIGS)
def test_the_defaults_are_production_with_sane_waits(config: type) -> None:
    settings = config()
    assert settings.endpoints() == ENDPOINTS[Environment.PROD]
    assert settings.backoff() == Backoff(first=0.25, cap=10.0)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_config_is_encoded_and_read_back_unchanged(config: type) -> None:
    settings = config(environment="http://127.0.0.1:1", reconnect_delay_max_ms=500)
    assert config.parse(settings.json()) == settings
    assert settings.endpoints().ws_url == "ws://127.0.0.1:1/v1"


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"environment": "MAINNET"}, r"environment 'MAINNET' is unknown: use PROD, TESTNET"),
        ({"base_url_http": "nowhere"}, r"base_url_http 'nowhere' is not a base URL"),
        ({"http_timeout_secs": 0}, r"http_timeout_secs 0 cannot work"),
        ({"ws_ack_timeout_secs": -1.0}, r"ws_ack_timeout_secs -1.0 cannot work"),
        ({"sbe_version": 9}, r"sbe_version 9 is unknown: use one of 3, 2, 1, 0"),
        ({"reconnect_delay_max_ms": 10}, r"reconnect_delay_max_ms 10 is below"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(
    config: type, setting: dict[str, Any], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        config(**setting)


def test_a_window_shorter_than_the_venue_accepts_is_refused() -> None:
    with pytest.raises(ConfigError, match="recv_window_ms 9 is too short"):
        _exec(recv_window_ms=9)


def test_instruments_may_be_loaded_once() -> None:
    config = ParadexDataClientConfig(update_instruments_interval_mins=None)
    assert config.update_instruments_interval_mins is None


def test_cancel_on_disconnect_without_orders_over_the_session_is_refused_with_the_remedy() -> None:
    with pytest.raises(ConfigError, match="covers no order entered over rest: set order_entry"):
        ParadexExecClientConfig(cancel_on_disconnect=True, order_entry="rest")
    assert ParadexExecClientConfig(cancel_on_disconnect=True).cancel_on_disconnect


def test_an_unknown_way_of_order_entry_is_refused_with_the_choices() -> None:
    with pytest.raises(ConfigError, match="order_entry 'fix' is unknown: use rest or websocket"):
        ParadexExecClientConfig(order_entry="fix")
