"""REST endpoints of algo orders (TWAP). No channel tells of them: only of their children."""

from __future__ import annotations

from paradex_venue.algos import Algo, AlgoRequest
from paradex_venue.amounts import text
from paradex_venue.records import Account
from paradex_venue.rest import Answer, Call, Services
from paradex_venue.shapes import Json


def create(services: Services, call: Call, account: Account) -> Answer:
    request = call.decode(AlgoRequest)
    services.registrar.check_order(account, request.order(request.size))
    return Answer(_algo(services.life.algos.create(account, request)), 201)


def open_algos(services: Services, call: Call, account: Account) -> Answer:
    algos = services.life.algos.of(account)
    return Answer({"results": [_algo(algo) for algo in algos if algo.status == "OPEN"]})


def history(services: Services, call: Call, account: Account) -> Answer:
    """Every algo of the account that fits the filters, newest first."""
    wanted = {
        name: call.query[name] for name in ("market", "side", "status") if call.query.get(name)
    }
    within = call.period()

    def accept(algo: Algo) -> bool:
        fits = all(getattr(algo, name) == value for name, value in wanted.items())
        return fits and algo.created_at in within

    algos = services.life.algos.of(account)
    page = services.cursors.page(algos, accept, call.query, f"algos {account.address}")
    results = [_algo(algo) for algo in page.results]
    return Answer({"results": results, "next": page.next, "prev": page.prev})


def algo(services: Services, call: Call, account: Account) -> Answer:
    """An open one; 404 for any other."""
    return Answer(_algo(services.life.algos.open(account, call.path["algo_id"])))


def cancel(services: Services, call: Call, account: Account) -> Answer:
    services.life.algos.cancel(account, call.path["algo_id"])
    return Answer(status=204)


def _algo(algo: Algo) -> Json:
    """`responses.AlgoOrderResp`."""
    return {
        "id": algo.id,
        "account": algo.account,
        "algo_type": "TWAP",
        "algo_params": {
            "frequency": f"{algo.frequency:g}",
            "duration_seconds": f"{algo.frequency * algo.count:g}",
        },
        "market": algo.market,
        "side": algo.side,
        "size": text(algo.size),
        "remaining_size": text(algo.remaining),
        "avg_fill_price": "" if algo.average is None else text(algo.average),
        "status": algo.status,
        "cancel_reason": algo.cancel_reason,
        "created_at": algo.created_at,
        "end_at": algo.end_at,
        "last_updated_at": algo.updated_at,
    }
