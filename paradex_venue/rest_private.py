"""REST endpoints of one account: what it holds, its orders and its fills."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from paradex_venue import shapes
from paradex_venue.orders import ModifyRequest, OrderRequest
from paradex_venue.records import Account, Fill, Order
from paradex_venue.refusal import Refused
from paradex_venue.rest import Answer, Call, Services
from paradex_venue.shapes import Json


def account(services: Services, call: Call, account: Account) -> Answer:
    return Answer(shapes.account(account, services.exchange.engine.margin(account)))


def account_info(services: Services, call: Call, account: Account) -> Answer:
    return Answer({"results": [shapes.account_info(account)]})


def balance(services: Services, call: Call, account: Account) -> Answer:
    return Answer({"results": [shapes.balance(account)]})


def positions(services: Services, call: Call, account: Account) -> Answer:
    """Every position ever held, closed ones included."""
    engine = services.exchange.engine
    margin = engine.margin(account)
    results = [
        shapes.position(
            position, margin, engine.markets[position.market], engine.marks[position.market]
        )
        for position in account.positions.values()
    ]
    return Answer({"results": results})


# ---- orders ----


def create_order(services: Services, call: Call, account: Account) -> Answer:
    order = services.desk.create(account, call.decode(OrderRequest))
    return Answer(_order(services, order), 201)


def create_orders(services: Services, call: Call, account: Account) -> Answer:
    orders = services.desk.create_batch(account, call.decode(list[OrderRequest]))
    results = [_order(services, order) for order in orders]
    return Answer({"orders": results, "errors": [None] * len(results)}, 201)


def open_orders(services: Services, call: Call, account: Account) -> Answer:
    """Orders that are NEW or OPEN."""
    market = call.query.get("market", "")
    orders = [order for order in account.live.values() if market in ("", order.market)]
    return Answer({"results": [_order(services, order) for order in orders]})


def order(services: Services, call: Call, account: Account) -> Answer:
    """Any order of the account, closed ones included, as the venue does in practice."""
    return Answer(_order(services, services.exchange.order(account, call.path["order_id"])))


def order_by_client_id(services: Services, call: Call, account: Account) -> Answer:
    """An order that is OPEN, and no other."""
    order = services.exchange.live_by_client_id(account, call.path["client_id"])
    if order.status != "OPEN":
        raise Refused("CLIENT_ORDER_ID_NOT_FOUND", f"{order.client_id} is {order.status}")
    return Answer(_order(services, order))


def modify_order(services: Services, call: Call, account: Account) -> Answer:
    request = call.decode(ModifyRequest)
    order = services.desk.modify(account, call.path["order_id"], request)
    return Answer(_order(services, order))


def cancel_order(services: Services, call: Call, account: Account) -> Answer:
    services.exchange.cancel(services.exchange.order(account, call.path["order_id"]))
    return Answer(status=204)


def cancel_by_client_id(services: Services, call: Call, account: Account) -> Answer:
    order = services.exchange.live_by_client_id(account, call.path["client_id"])
    services.exchange.cancel(order)
    return Answer(status=204)


def cancel_all(services: Services, call: Call, account: Account) -> Answer:
    services.exchange.cancel_all(account, call.query.get("market") or None)
    return Answer()


class _CancelBatch(msgspec.Struct):
    order_ids: list[str] | None = None
    client_order_ids: list[str] | None = None


def cancel_orders(services: Services, call: Call, account: Account) -> Answer:
    request = call.decode(_CancelBatch)
    order_ids, client_ids = request.order_ids or [], request.client_order_ids or []
    return Answer({"results": services.desk.cancel_batch(account, order_ids, client_ids)})


# ---- history ----


def orders_history(services: Services, call: Call, account: Account) -> Answer:
    """Every order of the account that fits the filters, newest first."""
    wanted = _filters(call.query, ("client_id", "market", "side", "status", "type"))
    within = call.period()

    def accept(order: Order) -> bool:
        fits = all(getattr(order, name) == value for name, value in wanted.items())
        return fits and order.created_at in within

    scope = f"orders {account.address}"
    page = services.cursors.page(account.orders, accept, call.query, scope)
    results = [_order(services, order) for order in page.results]
    return Answer({"results": results, "next": page.next, "prev": page.prev})


def fills(services: Services, call: Call, account: Account) -> Answer:
    """Every fill of the account that fits the filters, newest first."""
    wanted = _filters(call.query, ("market",))
    within = call.period()

    def accept(fill: Fill) -> bool:
        fits = all(getattr(fill, name) == value for name, value in wanted.items())
        return fits and fill.created_at in within

    scope = f"fills {account.address}"
    page = services.cursors.page(account.fills, accept, call.query, scope)
    results = [shapes.fill(fill) for fill in page.results]
    return Answer({"results": results, "next": page.next, "prev": page.prev})


def _filters(query: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: query[name] for name in names if query.get(name)}


def _order(services: Services, order: Order) -> Json:
    return shapes.order(order, services.exchange.now_ms())
