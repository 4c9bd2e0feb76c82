"""Holds what was told against what the venue wrote down."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from paradex_adapter.wire.rest import Fill
from paradex_venue.records import Account, Order
from paradex_venue.records import Fill as VenueFill
from tests.simulation.ledger import Ledger, Story

CANCELS = frozenset({"", "USER_CANCELED", "REMAINING_IOC_CANCEL"})


def disagreements(ledger: Ledger, truth: Account, rested: set[str]) -> list[str]:
    """Every difference, in words. `rested` holds the venue ids of orders that were on the book."""
    ours = [order for order in truth.orders if order.client_id in ledger.stories]
    repeated = [id for id, n in Counter(order.client_id for order in ours).items() if n > 1]
    found = [f"{client_id} was placed more than once" for client_id in repeated]
    at_venue = {order.client_id: order for order in ours}
    for client_id, story in ledger.stories.items():
        order = at_venue.get(client_id)
        if order is None:
            found += _absent(story)
        else:
            fills = [fill for fill in truth.fills if fill.order_id == order.id]
            found += _compare(story, order, fills, order.id in rested)
    return found + _balances(ledger, truth)


def _absent(story: Story) -> list[str]:
    if story.status == "rejected":
        return []
    return [f"{_name(story)} is not at the venue and was told {story.status}"]


def _compare(story: Story, order: Order, fills: list[VenueFill], has_rested: bool) -> list[str]:
    name, allowed = _name(story), _statuses(order, has_rested)
    found = []
    if story.changes_wanted and allowed == {"filled"}:
        allowed = {"filled", "canceled"}  # made smaller and filled before the word of it came
    if story.status not in allowed:
        found.append(f"{name} was told {story.status}, is {allowed} {order.cancel_reason}")
    if order.is_live and not _agrees(story, order):
        found.append(
            f"{name} was told {story.size} @ {story.price}, is {order.size} @ {order.price}"
        )
    if story.status != "rejected" and story.venue_order_id != order.id:
        found.append(f"{name} was told id {story.venue_order_id!r}, is {order.id}")
    told = {id: _terms(fill) for id, fill in story.fills.items()}
    true = {fill.id: (fill.size, fill.price, fill.fee, fill.liquidity) for fill in fills}
    if told != true:
        found.append(f"{name} was told fills {told}, has {true}")
    return found


def _statuses(order: Order, has_rested: bool) -> set[str]:
    """What the order may be told to be: one thing, but for the ambiguity below."""
    if order.is_live:
        return {"partially_filled" if order.filled else "accepted"}
    if not order.remaining:
        return {"filled"}
    if order.cancel_reason == "EXPIRED":
        return {"expired"}
    if order.filled or order.cancel_reason in CANCELS:
        return {"canceled"}
    # Whoever missed that it was on the book cannot tell the venue's cancel from a refusal.
    return {"canceled", "rejected"} if has_rested else {"rejected"}


def _agrees(story: Story, order: Order) -> bool:
    """Whether the terms are the same; a market order has none that could change."""
    return order.type == "MARKET" or (story.size, story.price) == (order.size, order.price)


def _terms(fill: Fill) -> tuple[Decimal, Decimal, Decimal, str]:
    return Decimal(fill.size), Decimal(fill.price), Decimal(fill.fee), fill.liquidity


def _balances(ledger: Ledger, truth: Account) -> list[str]:
    told = {balance.token: Decimal(balance.size) for balance in ledger.balances}
    if told.get("USDC") == truth.balance:
        return []
    return [f"the balance was told {told}, is {truth.balance}"]


def _name(story: Story) -> str:
    draft = story.draft
    return f"{draft.client_order_id} ({draft.type} {draft.instruction} {draft.side} {draft.size})"
