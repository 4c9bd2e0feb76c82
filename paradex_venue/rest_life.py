"""REST endpoints about the life around orders: funding, transfers, busts, liquidations, margin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from paradex_venue import life_shapes, shapes
from paradex_venue.postings import FundingPayment, MoneyTransfer
from paradex_venue.records import Account
from paradex_venue.refusal import Refused
from paradex_venue.rest import Answer, Call, Services
from paradex_venue.shapes import Json

LARGEST_LEVERAGE = 50


class _Dated(Protocol):
    @property
    def created_at(self) -> int: ...


# ---- public ----


def funding_data(services: Services, call: Call) -> Answer:
    """What the funding of one market was, newest first."""
    symbol = services.exchange.market(call.required("market")).symbol
    journal = services.life.funding.history[symbol]
    within = call.period()
    page = services.cursors.page(
        journal.items,
        lambda state: state.created_at in within,
        call.query,
        f"funding {symbol}",
        dropped=journal.dropped,
    )
    results = [life_shapes.funding_data(state) for state in page.results]
    return Answer({"results": results, "next": page.next, "prev": page.prev})


def insurance(services: Services, call: Call) -> Answer:
    fund = services.life.fund
    return Answer(life_shapes.insurance(fund, services.exchange.engine.margin(fund)))


def settlement_price(services: Services, call: Call) -> Answer:
    """404 MARKET_NOT_SETTLED until the market is settled."""
    symbol = services.exchange.market(call.required("market")).symbol
    return Answer(life_shapes.settlement_price(services.life.settlement.price_of(symbol)))


def markets_history(services: Services, call: Call) -> Answer:
    """Changes of the markets, newest first: here, their settlements."""
    wanted = call.query.get("market", "")
    events = [e for e in services.life.settlement.events if wanted in ("", e.market)]
    return Answer({"results": [life_shapes.market_event(event) for event in reversed(events)]})


# ---- private ----


def funding_payments(services: Services, call: Call, account: Account) -> Answer:
    """Funding paid and received in one market, newest first; nothing is told of zero."""
    symbol = services.exchange.market(call.required("market")).symbol

    def accept(payment: FundingPayment) -> bool:
        return payment.market == symbol

    shape = life_shapes.funding_payment
    return _page(services, call, account.payments, accept, shape, f"payments {account.address}")


def transactions(services: Services, call: Call, account: Account) -> Answer:
    scope = f"transactions {account.address}"
    shape = life_shapes.transaction
    return _page(services, call, account.transactions, _anything, shape, scope)


def transfers(services: Services, call: Call, account: Account) -> Answer:
    """Deposits, withdrawals and the like, newest first, in any status or the one asked for."""
    status = call.query.get("status", "")

    def accept(transfer: MoneyTransfer) -> bool:
        return status in ("", transfer.status)

    shape = life_shapes.transfer
    return _page(services, call, account.transfers, accept, shape, f"transfers {account.address}")


def trade_busts(services: Services, call: Call, account: Account) -> Answer:
    scope = f"tradebusts {account.address}"
    return _page(services, call, account.busts, _anything, life_shapes.trade_bust, scope)


def liquidations(services: Services, call: Call, account: Account) -> Answer:
    """Not paged, oldest first."""
    within = range(call.integer("from", 0), call.integer("to", 10**15) + 1)
    chosen = (one for one in account.liquidations if one.created_at in within)
    return Answer({"results": [life_shapes.liquidation(one) for one in chosen]})


def account_summaries(services: Services, call: Call, account: Account) -> Answer:
    """The main account, and no other: there are no isolated ones here."""
    margin = services.exchange.engine.margin(account)
    return Answer({"results": [shapes.account(account, margin)]})


def subaccounts(services: Services, call: Call, account: Account) -> Answer:
    return Answer({"results": []})


# ---- margin ----


class _Margin(msgspec.Struct):
    leverage: int
    margin_type: str
    on_behalf_of_account: str | None = None


def margin(services: Services, call: Call, account: Account) -> Answer:
    """The margin configuration of one market; the contract demands that it be named."""
    symbol = services.exchange.market(call.required("market")).symbol
    entry = {
        "market": symbol,
        "leverage": account.leverages.get(symbol, LARGEST_LEVERAGE),
        "margin_type": "CROSS",
        "isolated_margin_leverage": 1,
    }
    body = {
        "account": account.address,
        "configs": [entry],
        "margin_methodology": "cross_margin",
    }
    return Answer(body)


def set_margin(services: Services, call: Call, account: Account) -> Answer:
    """Leverage is written down and, margin being crossed, changes nothing."""
    symbol = services.exchange.market(call.path["market"]).symbol
    request = call.decode(_Margin)
    if request.margin_type != "CROSS":
        raise Refused("REQUEST_NOT_ALLOWED", f"margin_type {request.margin_type} is disabled")
    if not 1 <= request.leverage <= LARGEST_LEVERAGE:
        message = f"leverage {request.leverage} is not from 1 to {LARGEST_LEVERAGE}"
        raise Refused("VALIDATION_ERROR", message)
    account.leverages[symbol] = request.leverage
    body = {
        "account": account.address,
        "market": symbol,
        "leverage": request.leverage,
        "margin_type": "CROSS",
    }
    return Answer(body)


# ---- pages ----


def _anything(item: object) -> bool:
    return True


def _page[T: _Dated](
    services: Services,
    call: Call,
    items: Sequence[T],
    accept: Callable[[T], bool],
    shape: Callable[[T], Json],
    scope: str,
) -> Answer:
    within = call.period()
    page = services.cursors.page(
        items, lambda item: item.created_at in within and accept(item), call.query, scope
    )
    results = [shape(item) for item in page.results]
    return Answer({"results": results, "next": page.next, "prev": page.prev})
