"""An account's totals and token balances as Nautilus balances and margins."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from nautilus_trader.model.objects import AccountBalance, MarginBalance, Money

from paradex_adapter.parsing.numbers import currency, decimal, money
from paradex_adapter.wire.rest import Account, Balance

USUAL_STATUSES = frozenset({"", "ACTIVE"})
"""Of an account that trades as usual: others are those of a liquidation or a resync."""


def account_balances(
    account: Account, balances: Sequence[Balance]
) -> tuple[list[AccountBalance], list[MarginBalance]]:
    """One balance per token held, the settlement asset always among them, and one margin for the
    whole account.

    The initial margin requirement is locked in the settlement asset, as far as it is covered
    there: other collateral may stand in for the rest. Raises `WireError` for unreadable numbers.
    """
    settlement = account.settlement_asset
    held = {balance.token: decimal(balance.size or "0", balance.token) for balance in balances}
    held = {token: size for token, size in held.items() if size or token == settlement}
    held.setdefault(settlement, Decimal(0))
    initial = _requirement(account.initial_margin_requirement, settlement)
    maintenance = _requirement(account.maintenance_margin_requirement, settlement)
    return (
        [
            _balance(money(size, currency(token)), initial if token == settlement else None)
            for token, size in held.items()
        ],
        [MarginBalance(initial=initial, maintenance=maintenance)],
    )


def account_info(account: Account) -> dict[str, str]:
    """What else the venue says of the account as a whole, in its settlement asset."""
    return {
        "status": account.status,
        "account_value": account.account_value,
        "total_collateral": account.total_collateral,
        "free_collateral": account.free_collateral,
        "margin_cushion": account.margin_cushion,
    }


def _requirement(text: str, token: str) -> Money:
    return money(decimal(text or "0", "margin requirement"), currency(token))


def _balance(total: Money, requirement: Money | None) -> AccountBalance:
    wanted = requirement.raw if requirement else 0
    locked = max(0, min(wanted, total.raw))
    return AccountBalance(
        total,
        Money.from_raw(locked, total.currency),
        Money.from_raw(total.raw - locked, total.currency),
    )
