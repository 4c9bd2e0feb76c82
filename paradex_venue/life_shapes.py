"""How the venue writes the life around orders as JSON: OpenAPI and AsyncAPI `responses.*`."""

from __future__ import annotations

from decimal import Decimal

from paradex_venue.amounts import text
from paradex_venue.events import MarketMoved
from paradex_venue.margin import Margin
from paradex_venue.market_shapes import USDC
from paradex_venue.postings import (
    BalanceChange,
    FundingPayment,
    FundingState,
    Liquidation,
    MoneyTransfer,
    TradeBust,
    Transaction,
)
from paradex_venue.records import Account
from paradex_venue.settlement import Settled
from paradex_venue.shapes import Json

# The chain's address of a token, by the token's name.
ADDRESSES = {"USDC": USDC["l2_token_address"], "DIME": "0xd13e"}


def funding_payment(payment: FundingPayment) -> Json:
    """`responses.FundingPayment`."""
    return {
        "id": payment.id,
        "account": payment.account,
        "market": payment.market,
        "payment": text(payment.payment),
        "index": text(payment.index),
        "fill_id": payment.fill_id,
        "created_at": payment.created_at,
    }


def funding_data(state: FundingState) -> Json:
    """`responses.FundingDataResult`."""
    return {
        "market": state.market,
        "funding_index": text(state.index),
        "funding_premium": text(state.premium),
        "funding_rate": text(state.rate),
        "funding_rate_8h": text(state.rate * 8 / state.period_hours),
        "funding_period_hours": state.period_hours,
        "created_at": state.created_at,
    }


def balance_event(change: BalanceChange) -> Json:
    """AsyncAPI `responses.BalanceEventResponse`."""
    return {
        "type": change.kind,
        "status": "ON_BLOCKCHAIN",
        "fill_id": change.fill_id,
        "market": change.market,
        "fees": text(change.fees),
        "realized_pnl": text(change.realized_pnl),
        "realized_funding": text(change.realized_funding),
        "funding_index": text(change.funding_index),
        "settlement_asset_name": change.token,
        "settlement_asset_address": ADDRESSES[change.token],
        "settlement_asset_price": text(change.price),
        "settlement_asset_balance_before": text(change.before),
        "settlement_asset_balance_after": text(change.after),
        "created_at": change.created_at,
    }


def transaction(transaction: Transaction) -> Json:
    """`responses.TransactionResponse`."""
    return {
        "id": transaction.id,
        "type": transaction.kind,
        "state": transaction.state,
        "hash": transaction.hash,
        "created_at": transaction.created_at,
        "completed_at": transaction.completed_at,
    }


def transfer(transfer: MoneyTransfer) -> Json:
    """`responses.TransferResult`."""
    return {
        "id": transfer.id,
        "account": transfer.account,
        "kind": transfer.kind,
        "status": transfer.status,
        "direction": transfer.direction,
        "token": transfer.token,
        "amount": text(transfer.amount),
        "txn_hash": transfer.txn_hash,
        "external_txn_hash": "",
        "external_account": "",
        "external_chain": "ETHEREUM",
        "bridge": "STARKGATE",
        "counterparty": "",
        "failure_reason": transfer.failure_reason,
        "socialized_loss_factor": "0",
        "auto_withdrawal_fee": "0",
        "vault_address": "",
        "vault_unwind_completion_percentage": "",
        "created_at": transfer.created_at,
        "last_updated_at": transfer.updated_at,
    }


def trade_bust(bust: TradeBust) -> Json:
    """`responses.TradebustResult`."""
    return {
        "account": bust.account,
        "busted_fill_id": bust.busted_fill_id,
        "created_at": bust.created_at,
    }


def liquidation(liquidation: Liquidation) -> Json:
    """`responses.LiquidationResp`."""
    return {"id": liquidation.id, "created_at": liquidation.created_at}


def insurance(fund: Account, margin: Margin) -> Json:
    """`responses.InsuranceAccountResp`."""
    return {
        "account": fund.address,
        "account_value": text(margin.value),
        "settlement_asset": "USDC",
        "updated_at": fund.updated_at,
    }


def market_event(event: MarketMoved) -> Json:
    """`responses.MarketEvent`."""
    return {
        "symbol": event.market,
        "event_type": event.kind,
        "updated_at": event.at,
        "changed_fields": event.changed,
    }


def settlement_price(settled: Settled) -> Json:
    """`responses.MarketSettlementResp`."""
    return {
        "symbol": settled.market,
        "settlement_price": text(settled.price),
        "underlying_twap_price": text(settled.price),
        "expiry_at": settled.at,
    }


def dime(amount: Decimal, price: Decimal, at: int) -> Json:
    """`responses.BalanceResp` of the token fees may be paid in."""
    return {
        "token": "DIME",
        "size": text(amount),
        "last_updated_at": at,
        "cost": text(amount * price),
        "cost_usd": text(amount * price),
        "average_entry_price": text(price),
        "average_entry_price_usd": text(price),
    }
