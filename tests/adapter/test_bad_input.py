"""What a user gets wrong: one message that names the value and the remedy, and nothing started."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from nautilus_trader.config import InstrumentProviderConfig
from nautilus_trader.model.identifiers import InstrumentId

from paradex_adapter import ParadexDataClientConfig, ParadexExecClientConfig
from paradex_adapter.errors import ConfigError, OutcomeUnknown, ParadexError
from paradex_venue import Venue
from paradex_venue.faults import RestRule
from tests.adapter.node import PATIENCE, Desk, built, node_config, running, trading
from tests.venue.trader import BOB

pytestmark = pytest.mark.anyio

NOWHERE = "http://127.0.0.1:9/v1"


def no_market() -> dict[str, Any]:
    ids = frozenset({InstrumentId.from_str("BTC-USD-PREP.PARADEX")})
    return {"instrument_provider": InstrumentProviderConfig(load_ids=ids)}


def mainnet(venue: Venue) -> dict[str, Any]:
    return {
        "environment": "PROD",
        "base_url_http": venue.rest_url,
        "base_url_ws": venue.ws_url,
    }


@asynccontextmanager
async def nothing_left(venue: Venue) -> AsyncIterator[None]:
    """Whatever was started is ended: no task, and no WebSocket."""
    before = asyncio.all_tasks()
    yield
    left = {task for task in asyncio.all_tasks() - before if _is_ours(task)}
    assert left == set()
    assert venue.control.cut("all") == 0


def _is_ours(task: asyncio.Task[Any]) -> bool:
    """Whether the task is the adapter's: the venue and the node live in the same loop."""
    whose = ("paradex_adapter", "websockets/asyncio", "httpcore")
    return not task.done() and any(name in repr(task) for name in whose)


# Before anything is opened


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"environment": "MAINNET"}, "environment 'MAINNET' is unknown: use PROD, TESTNET or a"),
        ({"environment": "ftp://host"}, "'ftp://host' is not a base URL: write http://host:port"),
    ],
)
async def test_an_environment_that_is_none_is_refused_at_once(
    settings: dict[str, str], message: str
) -> None:
    for config in (ParadexDataClientConfig, ParadexExecClientConfig):
        with pytest.raises(ConfigError, match=message):
            config(**settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"l2_private_key": None},
            "l2_private_key is missing: set it in the config, or set PARADEX_L2_PRIVATE_KEY",
        ),
        ({"l2_private_key": ""}, "l2_private_key is empty: give the Stark private key"),
        (
            {"l2_private_key": "correct horse"},
            r"l2_private_key is not hexadecimal \(13 characters\): give the Stark private key",
        ),
        (
            {"l2_private_key": "0x" + "f" * 64},
            "l2_private_key is not on the Stark curve .*: give the L2",
        ),
        (
            {"l2_address": None},
            "l2_address is missing: set it in the config, or set PARADEX_L2_ADDRESS",
        ),
        ({"l2_address": "alice"}, "l2_address 'alice…' .* is not a Starknet address: give 0x"),
    ],
)
async def test_credentials_that_are_none_stop_the_node_from_being_built(
    venue: Venue,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, Any],
    message: str,
) -> None:
    for name in ("PARADEX_L2_ADDRESS", "PARADEX_L2_PRIVATE_KEY"):
        monkeypatch.delenv(name, raising=False)
    async with nothing_left(venue):
        with pytest.raises(ConfigError, match=message):
            async with built(node_config(venue, execution=settings)):
                pass


# When the venue is asked


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            lambda venue: {"l2_private_key": BOB.private},
            "will not sign the account in .*: check that l2_address and l2_private_key belong",
        ),
        (
            lambda venue: {"l2_private_key": BOB.private, "l2_address": BOB.address},
            "NOT_ONBOARDED.*: check that .* the account has been onboarded there",
        ),
        (
            mainnet,
            "is on chain 'PRIVATE_SN_POTC_SEPOLIA', the environment's is "
            "'PRIVATE_SN_PARACLEAR_MAINNET': correct environment or base_url_http",
        ),
        (
            lambda venue: no_market(),
            "BTC-USD-PREP.PARADEX does not exist at the venue: the nearest are BTC-USD-PERP",
        ),
    ],
    ids=["key of another account", "account not onboarded", "chain", "market"],
)
async def test_what_the_venue_refuses_is_told_once_and_ends_the_node(
    venue: Venue, settings: Any, message: str
) -> None:
    config = node_config(venue, execution=settings(venue), timeout_connection=0.5)
    async with nothing_left(venue), built(config) as desk:
        (error,) = await failures(desk)
        assert isinstance(error, ConfigError)
        assert re.search(message, str(error))
        assert error.__cause__ is None  # Nautilus would print it, and where it comes from
        assert not desk.probe.is_running
        assert not desk.node.kernel.is_running()


async def failures(desk: Desk) -> list[BaseException]:
    """Run the node, which ends by itself; what its clients could not connect for."""
    found: list[BaseException] = []

    def noting(connect: Any) -> Any:
        async def connect_and_note() -> None:
            try:
                await connect()
            except ParadexError as error:
                found.append(error)
                raise

        return connect_and_note

    for client in desk.clients:
        client._connect = noting(client._connect)
    with anyio.fail_after(PATIENCE):
        await desk.node.run_async()
    return found


async def test_a_market_that_the_data_client_cannot_load_ends_the_node_too(venue: Venue) -> None:
    config = node_config(venue, data=no_market(), timeout_connection=0.5)
    async with nothing_left(venue), built(config) as desk:
        (error,) = await failures(desk)
        assert str(error).startswith("BTC-USD-PREP.PARADEX does not exist at the venue")
        assert not desk.probe.is_running


# When the venue cannot be asked


async def test_a_venue_that_cannot_be_reached_is_tried_again_and_then_named(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paradex_adapter.persistence.CONNECT_TIMEOUT_SECS", 0.3)
    unreachable = {"environment": NOWHERE}
    config = node_config(venue, data=unreachable, execution=unreachable, timeout_connection=0.5)
    async with nothing_left(venue), built(config) as desk:
        found = await failures(desk)
        assert {str(error) for error in found} == {f"GET /markets: {NOWHERE} cannot be reached"}
        assert not desk.probe.is_running


async def test_a_websocket_that_cannot_be_reached_is_named(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paradex_adapter.persistence.CONNECT_TIMEOUT_SECS", 0.3)
    elsewhere = {
        "environment": None,
        "base_url_http": venue.rest_url,
        "base_url_ws": "ws://127.0.0.1:9/v1",
    }
    config = node_config(venue, data=elsewhere, execution=None, timeout_connection=0.5)
    async with nothing_left(venue), built(config) as desk:
        (error,) = await failures(desk)
        assert isinstance(error, OutcomeUnknown)
        assert str(error).startswith("ws://127.0.0.1:9/v1 does not answer: ")


@pytest.mark.parametrize("path", ["/markets", "/system/config", "/auth", "/account", "/positions"])
async def test_a_venue_that_stumbles_while_the_node_starts_does_not_keep_it_from_starting(
    venue: Venue, path: str
) -> None:
    venue.control.add_fault(RestRule(kind="refuse", path=path, count=2))
    async with trading(venue) as desk:
        assert desk.probe.is_running


async def test_a_node_that_cannot_learn_the_state_of_the_account_ends(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paradex_adapter.persistence.CONNECT_TIMEOUT_SECS", 0.5)
    venue.control.add_fault(RestRule(kind="refuse", path="/positions", count=None))
    async with nothing_left(venue), built(node_config(venue)) as desk:
        with anyio.fail_after(PATIENCE):
            await desk.node.run_async()
        assert not desk.probe.is_running


# When it is over


async def test_a_node_that_stops_leaves_nothing_behind(venue: Venue) -> None:
    async with nothing_left(venue), built(node_config(venue)) as desk, running(desk):
        await desk.until(lambda: desk.probe.is_running)
        assert venue.control.cut("all") == 2
        states = desk.states
        await desk.until(lambda: states["connection private"] == "session.authenticated")
        await desk.until(lambda: states["connection public"] == "session.connected")


async def test_a_node_that_stops_while_it_connects_leaves_nothing_behind(venue: Venue) -> None:
    venue.control.add_fault(RestRule(kind="refuse", path="/auth", count=None))
    config = node_config(venue, timeout_connection=0.5)
    async with nothing_left(venue), built(config) as desk, running(desk):
        await desk.until(lambda: desk.states.get("token") == "waiting")
