"""Which path and method leads to which endpoint (OpenAPI `paths`, under /v1)."""

from __future__ import annotations

from starlette.routing import Route

from paradex_venue import rest_algo as algo
from paradex_venue import rest_keys as keys
from paradex_venue import rest_life as life
from paradex_venue import rest_private as private
from paradex_venue import rest_public as public
from paradex_venue.candles import klines
from paradex_venue.rest import Endpoint, Private, Public, Rest

PUBLIC: dict[str, Public] = {
    "/system/time": public.system_time,
    "/system/state": public.system_state,
    "/system/config": public.system_config,
    "/markets": public.markets,
    "/markets/summary": public.markets_summary,
    "/bbo/{market}": public.bbo,
    "/orderbook/{market}": public.order_book,
    "/trades": public.trades,
    "/markets/klines": klines,
    "/onboarding": public.onboarding_status,
    "/funding/data": life.funding_data,
    "/insurance": life.insurance,
    "/markets/settlement-price": life.settlement_price,
    "/markets/history": life.markets_history,
}
LOG_IN: dict[str, Public] = {
    "/onboarding": public.onboarding,
    "/auth": public.auth,
    # Not in the contract, but where the venue's own SDK logs in.
    "/auth/{public_key}": public.auth,
}
PRIVATE: dict[str, Private] = {
    "/account": private.account,
    "/account/info": private.account_info,
    "/balance": private.balance,
    "/positions": private.positions,
    "/orders": private.open_orders,
    "/orders/by_client_id/{client_id}": private.order_by_client_id,
    "/orders/{order_id}": private.order,
    "/orders-history": private.orders_history,
    "/fills": private.fills,
    "/account/summary": life.account_summaries,
    "/account/subaccounts": life.subaccounts,
    "/account/margin": life.margin,
    "/account/keys/subkeys": keys.subkeys,
    "/account/keys/subkeys/{public_key}": keys.subkey,
    "/funding/payments": life.funding_payments,
    "/transactions": life.transactions,
    "/transfers": life.transfers,
    "/tradebusts": life.trade_busts,
    "/liquidations": life.liquidations,
    "/algo/orders": algo.open_algos,
    "/algo/orders-history": algo.history,
    "/algo/orders/{algo_id}": algo.algo,
}
# What changes an account and is no order.
SETTINGS: dict[tuple[str, str], Private] = {
    ("POST", "/account/margin/{market}"): life.set_margin,
    ("POST", "/account/keys/subkeys"): keys.register,
    ("DELETE", "/account/keys/subkeys/{public_key}"): keys.revoke,
}
ORDERS: dict[tuple[str, str], Private] = {
    ("POST", "/orders"): private.create_order,
    ("DELETE", "/orders"): private.cancel_all,
    ("POST", "/orders/batch"): private.create_orders,
    ("DELETE", "/orders/batch"): private.cancel_orders,
    ("DELETE", "/orders/by_client_id/{client_id}"): private.cancel_by_client_id,
    ("PUT", "/orders/{order_id}"): private.modify_order,
    ("DELETE", "/orders/{order_id}"): private.cancel_order,
    ("POST", "/algo/orders"): algo.create,
    ("DELETE", "/algo/orders/{algo_id}"): algo.cancel,
}


def routes(rest: Rest) -> list[Route]:
    """In the order in which they are tried."""

    def route(method: str, path: str, endpoint: Endpoint) -> Route:
        return Route(f"/v1{path}", endpoint, methods=[method])

    return [
        *(route("GET", path, rest.public(handler)) for path, handler in PUBLIC.items()),
        *(route("POST", path, rest.public(handler, "auth")) for path, handler in LOG_IN.items()),
        *(route("GET", path, rest.private(handler)) for path, handler in PRIVATE.items()),
        *(route(*key, rest.private(handler)) for key, handler in SETTINGS.items()),
        *(route(*key, rest.private(handler, "orders")) for key, handler in ORDERS.items()),
    ]
