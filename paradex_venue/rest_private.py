"""REST endpoints of one account: what it holds, its orders and its fills."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from paradex_venue import life_shapes, shapes
from paradex_venue.orders import ModifyRequest, OrderRequest
from paradex_venue.records import Account, Fill, Order
from paradex_venue.refusal import Refused
from paradex_venue.rest import Answer, Call, Services
from paradex_venue.shapes import Json


def account(services: Services, call: Call, account: Account) -> Answer:
    if call.query.get("subaccount_address", account.address) != account.address:
        raise Refused("ACCOUNT_NOT_FOUND", "the account has no subaccounts")
    return Answer(shapes.account(account, services.exchange.engine.margin(account)))


def account_info(services: Services, call: Call, account: Account) -> Answer:
    return Answer({"results": [shapes.account_info(account)]})


def balance(services: Services, call: Call, account: Account) -> Answer:
    balances = [shapes.balance(account)]
    if account.dime:
        price, now = account.terms.dime_price, account.updated_at
        balances.append(life_shapes.dime(account.dime, price, now))
    return Answer({"results": balances})


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
    outcomes = services.desk.create_batch(account, call.decode(list[OrderRequest]))
    orders = [_order(services, each) if isinstance(each, Order) else None for each in outcomes]
    errors = [_error(each) if isinstance(each, Refused) else None for each in outcomes]
    if services.exchange.rules.batch_pairing == "compact":
        orders, errors = [each for each in orders if each], [each for each in errors if each]
    return Answer({"orders": orders, "errors": errors}, 201)


def open_orders(services: Services, call: Call, account: Account) -> Answer:
    """Orders that are NEW or OPEN, and those that are UNTRIGGERED where the rules have it so."""
    market, hidden = call.query.get("market", ""), _hidden(services)
    orders = [
        order
        for order in account.live.values()
        if market in ("", order.market) and order.status not in hidden
    ]
    return Answer({"results": [_order(services, order) for order in orders]})


def order(services: Services, call: Call, account: Account) -> Answer:
    """Any order of the account; closed ones where the rules have it so, as it is in practice."""
    order = services.exchange.order(account, call.path["order_id"])
    if not order.is_live and services.exchange.rules.closed_by_id == "not_found":
        raise Refused("ORDER_ID_NOT_FOUND", f"order {order.id} is closed")
    return Answer(_order(services, order))


def order_by_client_id(services: Services, call: Call, account: Account) -> Answer:
    """An order that is OPEN, or UNTRIGGERED where the rules have it so, and no other."""
    order = services.exchange.live_by_client_id(account, call.path["client_id"])
    if order.status in ("NEW", *_hidden(services)):
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
    market = call.query.get("market", "")
    order = services.exchange.live_by_client_id(account, call.path["client_id"], market)
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
    hidden = () if services.config.life.busted_fills_listed else account.busted

    def accept(fill: Fill) -> bool:
        if fill.id in hidden:
            return False
        fits = all(getattr(fill, name) == value for name, value in wanted.items())
        return fits and fill.created_at in within

    scope = f"fills {account.address}"
    page = services.cursors.page(account.fills, accept, call.query, scope)
    results = [shapes.fill(fill) for fill in page.results]
    return Answer({"results": results, "next": page.next, "prev": page.prev})


def _filters(query: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: query[name] for name in names if query.get(name)}


def _error(refused: Refused) -> Json:
    return {"error": refused.code, "message": refused.message}


def _hidden(services: Services) -> tuple[str, ...]:
    """The statuses that are live and yet not told of as open."""
    return () if services.exchange.rules.untriggered_listed else ("UNTRIGGERED",)


def _order(services: Services, order: Order) -> Json:
    body = shapes.order(order, services.exchange.now_ms())
    return body | {"seq_no": order.seq_no + services.config.life.rest_number_shift}
