"""What a seed decides before anything happens: the account's settings, what goes wrong, and an
answer to each question that the venue's publications leave open."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from paradex_adapter.account import AccountSettings
from paradex_venue import AccountConfig, VenueConfig
from paradex_venue.fees import FeeTerms
from paradex_venue.life_rules import LifeRules
from paradex_venue.rules import OrderRules

FAMILIES = (
    "messages",
    "numbers",
    "rest",
    "rpc",
    "late",
    "cuts",
    "outages",
    "restarts",
    "limits",
    "statuses",
    "hands",
    "moves",
)
"""What may go wrong in a run, and who else may act on the account: other hands, the venue."""

CHECK_SECS = 5.0
"""How often a quiet channel is checked; the timers of a simulation run faster than the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`sbe_version` is what the account asks for; None for the adapter's own choice."""

    venue: VenueConfig
    account: AccountSettings
    terms: FeeTerms = field(default_factory=FeeTerms)
    dime: Decimal = Decimal(0)
    families: frozenset[str] = frozenset()

    def owner(self, config: AccountConfig) -> AccountConfig:
        """The account as the venue is to open it."""
        return replace(config, terms=self.terms, dime=self.dime)


def drawn(seed: int, venue: VenueConfig, account: AccountSettings) -> Setting:
    """The setting of this seed, where `venue` and `account` leave it open."""
    rng = random.Random(f"setting {seed}")
    families = frozenset(family for family in FAMILIES if rng.random() < 0.45)
    pays_in_dime = rng.random() < 0.2
    return Setting(
        venue=_venue(rng, venue, families),
        account=_account(rng, account),
        terms=FeeTerms(in_dime=pays_in_dime),
        dime=Decimal(500) if pays_in_dime else Decimal(0),
        families=families,
    )


def _account(rng: random.Random, account: AccountSettings) -> AccountSettings:
    session = replace(
        account.session,
        check_interval=CHECK_SECS,
        cancel_on_disconnect=rng.random() < 0.3,
    )
    entry = "rest" if rng.random() < 0.3 else "websocket"
    return replace(account, order_entry=entry, session=session)


def _venue(rng: random.Random, venue: VenueConfig, families: frozenset[str]) -> VenueConfig:
    is_binary = rng.random() < 0.5
    return replace(
        venue,
        credit=Decimal(2_500) if rng.random() < 0.15 else venue.credit,
        sbe_private=is_binary,
        require_sbe=rng.random() < 0.5,
        push_new=rng.random() < 0.5,
        enforce_limits="limits" in families,
        rules=_rules(rng),
        life=_life(rng),
    )


def _rules(rng: random.Random) -> OrderRules:
    """Each question is mostly answered as the publications suggest."""

    def either[T](usual: T, *others: T) -> T:
        return usual if rng.random() < 0.65 else rng.choice(others)

    return OrderRules(
        stop_direction=either("side", "mark"),
        reached_trigger=either("execute", "refuse"),
        tpsl_needs_position=either(False, True),
        tpsl_linked=either("whole", "all", "none"),
        linked_reason=either("USER_CANCELED", "TPSL_LINKED"),
        trigger_latency=either(0.0, 0.02),
        untriggered_listed=either(True, False),
        stops_modifiable=either(True, False),
        rpi=either("refuse", "allow"),
        closed_client_id=either("reuse", "refuse"),
        signature_ahead_ms=either(None, 500),
        modified_size=either("total", "remaining"),
        modified_priority=either("smaller", "never"),
        taker_told=either("last", "each"),
        maker_margin=either("fill", "cancel"),
        batch_breach=either("all", "one"),
        batch_pairing=either("index", "compact"),
        closed_by_id=either("told", "not_found"),
        private_snapshot=either(False, True),
        disconnect_scope=either("account", "connection"),
        disconnect_when_closed=either(True, False),
    )


def _life(rng: random.Random) -> LifeRules:
    return LifeRules(
        funding_rate=rng.choice((Decimal(0), Decimal("0.01"))),
        funding_interval=0.5,
        health_interval=0.4,
        moves_name_an_order=rng.random() < 0.3,
        chain_latency=0.1,
        busted_fills_listed=rng.random() < 0.3,
        bust_reopens_orders=False,
        rest_number_shift=rng.choice((0, 500_000_000)),
        maintenance_takes_cancels=rng.random() < 0.7,
        cancel_only_takes_changes=rng.random() < 0.3,
    )


def differences(rules: object, usual: object) -> Sequence[str]:
    """The answers that are not the usual ones, in words."""
    names = type(usual).__dataclass_fields__  # type: ignore[attr-defined]
    return [f"{n}={getattr(rules, n)}" for n in names if getattr(rules, n) != getattr(usual, n)]
