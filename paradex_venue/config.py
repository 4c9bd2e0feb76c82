"""How a venue is set up."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from decimal import Decimal

from paradex_venue.fees import FeeTerms
from paradex_venue.life_rules import LifeRules
from paradex_venue.markets import CATALOG
from paradex_venue.rules import OrderRules

CHAIN_ID = "PRIVATE_SN_POTC_SEPOLIA"


@dataclass(frozen=True, slots=True)
class AccountConfig:
    """An account that is onboarded before the venue opens. `credit` in USDC."""

    address: str
    public_key: str
    credit: Decimal | None = None
    subkeys: tuple[str, ...] = ()
    # Fee rates other than the published ones, and DIME to pay fees with.
    terms: FeeTerms = field(default_factory=FeeTerms)
    dime: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueConfig:
    """Every knob. Times are seconds; `credit` is what a new account is given, in USDC."""

    host: str = "127.0.0.1"
    port: int = 0
    seed: int = 1
    markets: tuple[str, ...] = ("BTC-USD-PERP", "ETH-USD-PERP", "SOL-USD-PERP")
    accounts: tuple[AccountConfig, ...] = ()
    credit: Decimal = Decimal(1_000_000)
    chain_id: str = CHAIN_ID
    jwt_ttl: float = 300.0
    # An account's address must be the one its public key derives to.
    strict_addresses: bool = True
    verify_signatures: bool = True
    # A WebSocket that negotiates no SBE is refused, as production does.
    require_sbe: bool = False
    sbe_versions: tuple[int, ...] = (0, 1, 2, 3)
    # Private data is binary as well on a connection that negotiated SBE.
    sbe_private: bool = False
    # The control interface, on a port of its own.
    control: bool = True
    control_port: int = 0
    market_maker: bool = True
    market_maker_interval: float = 0.1
    # Between a request's answer and what the matching engine makes of it.
    latency_open: float = 0.005
    # Whether the orders channel also tells NEW, before OPEN or CLOSED.
    push_new: bool = False
    # What the published facts leave open about orders.
    rules: OrderRules = field(default_factory=OrderRules)
    # The same about funding, liquidation, busts and releases.
    life: LifeRules = field(default_factory=LifeRules)
    summary_interval: float = 1.0
    ping_interval: float = 55.0
    ping_timeout: float = 5.0
    # Undelivered messages a connection may pile up before it is dropped.
    backlog: int = 2000
    compression: bool = True
    # Whether the published rate limits are enforced; their headers are always sent.
    enforce_limits: bool = False

    def __post_init__(self) -> None:
        if not _is_loopback(self.host):
            raise ValueError(f"host {self.host!r} is not loopback: use 127.0.0.1 or ::1")
        if not self.markets:
            raise ValueError("markets is empty: name at least one, such as BTC-USD-PERP")
        for symbol in self.markets:
            if symbol not in CATALOG:
                raise ValueError(f"market {symbol!r} is not listed: choose of {', '.join(CATALOG)}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
