"""`python -m paradex_venue`: a local Paradex as a process of its own.

When it is ready it prints one line of JSON with its URLs. SIGINT and SIGTERM stop it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from paradex_venue.config import AccountConfig, VenueConfig
from paradex_venue.markets import CATALOG
from paradex_venue.refusal import Refused
from paradex_venue.server import Venue


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop. 0 after a clean stop, 2 where the arguments cannot work."""
    chosen = _parser().parse_args(arguments)
    try:
        asyncio.run(_serve(_config(chosen)))
    except (ValueError, Refused) as error:
        print(f"paradex_venue: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        where = f"{chosen.host}, ports {chosen.port} and {chosen.control_port}"
        print(f"paradex_venue: cannot listen on {where}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


async def _serve(config: VenueConfig) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with Venue(config) as venue:
        print(json.dumps(_ready(venue)), flush=True)
        await stopped.wait()


def _ready(venue: Venue) -> dict[str, str]:
    urls = {"rest_url": venue.rest_url, "ws_url": venue.ws_url}
    return urls | ({"control_url": venue.control_url} if venue.config.control else {})


def _config(chosen: argparse.Namespace) -> VenueConfig:
    return VenueConfig(
        host=chosen.host,
        port=chosen.port,
        control_port=chosen.control_port,
        seed=chosen.seed,
        markets=tuple(chosen.markets.split(",")),
        accounts=tuple(_account(text) for text in chosen.account),
        jwt_ttl=chosen.jwt_ttl,
        latency_open=chosen.latency,
        require_sbe=chosen.require_sbe,
        control=chosen.control,
        market_maker=chosen.market_maker,
        market_maker_interval=chosen.market_maker_interval,
        strict_addresses=not chosen.lenient_addresses,
        enforce_limits=chosen.enforce_limits,
    )


def _account(text: str) -> AccountConfig:
    address, *keys = text.split(":")
    if not keys:
        raise ValueError(f"account {text!r} is not ADDRESS:PUBLIC_KEY, both 0x hex")
    return AccountConfig(address, keys[0], subkeys=tuple(keys[1:]))


def _parser() -> argparse.ArgumentParser:
    defaults = VenueConfig()
    parser = argparse.ArgumentParser(
        prog="python -m paradex_venue",
        description="A local Paradex: REST and WebSocket on loopback, with a matching engine.",
        epilog="Prints one JSON line with its URLs when it is ready. Not affiliated with Paradex.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add, switch = parser.add_argument, argparse.BooleanOptionalAction
    add("--host", default=defaults.host, help="a loopback address, and no other")
    add("--port", type=int, default=defaults.port, help="0 takes any free port")
    add("--control-port", type=int, default=defaults.control_port, help="0 takes any free port")
    add("--seed", type=int, default=defaults.seed, help="repeats market maker and faults")
    add("--markets", default=",".join(defaults.markets), help=f"of {', '.join(CATALOG)}")
    add(
        "--account",
        action="append",
        default=[],
        metavar="ADDRESS:PUBLIC_KEY[:SUBKEY]",
        help="onboard this account, and subkeys, beforehand; may be repeated",
    )
    add("--jwt-ttl", type=float, default=defaults.jwt_ttl, help="seconds a token is good for")
    add("--latency", type=float, default=defaults.latency_open, help="seconds from NEW to OPEN")
    add("--require-sbe", action="store_true", help="refuse WebSockets that negotiate no SBE")
    add("--control", action=switch, default=defaults.control, help="the control interface")
    add("--market-maker", action=switch, default=defaults.market_maker, help="life in the books")
    add("--market-maker-interval", type=float, default=defaults.market_maker_interval, help="s")
    add("--lenient-addresses", action="store_true", help="onboard any address with any key")
    add("--enforce-limits", action="store_true", help="answer 429 beyond the published limits")
    return parser


if __name__ == "__main__":
    sys.exit(main())
