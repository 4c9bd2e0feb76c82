"""What the venue as a whole lets anybody do."""

from __future__ import annotations

from statemachine import State

from paradex_adapter.charts.facts import VenueStatusTold
from paradex_adapter.charts.requests import AskStatus
from statecharts import HERE, Chart, Compound


class VenueStatus(Chart):
    """The venue's status, asked for from time to time: no channel tells it (OpenAPI
    `GET /system/state`; API documentation, "maintenance").

    A request that is refused for it hints at a change, and has it asked for at once. While the
    venue is limited it is asked more often.
    """

    off = State(initial=True)  # nobody asks

    class watching(Compound):  # asked for from time to time
        unheard = State(initial=True)  # not answered yet
        ok = State()  # everything is open
        maintenance = State()  # nothing is
        cancel_only = State()  # orders can be canceled, and that is all
        post_only = State()  # orders may rest, none may take
        unfamiliar = State()  # a status we do not know: taken for a limit

    start = off.to(watching, on="ask")
    told = (
        watching.to(HERE, cond="is_same")
        | watching.to(watching.ok, cond="is_ok", on="tell")
        | watching.to(watching.maintenance, cond="is_maintenance", on="tell")
        | watching.to(watching.cancel_only, cond="is_cancel_only", on="tell")
        | watching.to(watching.post_only, cond="is_post_only", on="tell")
        | watching.to(watching.unfamiliar, on="tell")
    )
    ask_due = watching.to(HERE, on="ask")
    hinted = watching.to(HERE, on="ask")
    session_ready = (
        off.to(HERE)
        | watching.unheard.to(HERE)
        | watching.ok.to(HERE)
        | watching.to(HERE, on="tell_again")
    )
    stop = watching.to(off, on="fall_silent") | off.to(HERE)

    def __init__(self, interval_secs: float = 30.0, limited_interval_secs: float = 5.0) -> None:
        self.interval_secs = interval_secs
        self.limited_interval_secs = limited_interval_secs
        self.status = ""
        super().__init__()

    def is_same(self, status: str) -> bool:
        return status == self.status

    def is_ok(self, status: str) -> bool:
        return status == "ok"

    def is_maintenance(self, status: str) -> bool:
        return status == "maintenance"

    def is_cancel_only(self, status: str) -> bool:
        return status == "cancel_only"

    def is_post_only(self, status: str) -> bool:
        return status == "post_only"

    def ask(self) -> None:
        self.request(AskStatus())
        self.wait()

    def wait(self) -> None:
        is_limited = self.status not in ("", "ok")
        interval = self.limited_interval_secs if is_limited else self.interval_secs
        self.start_timer("ask_due", interval)

    def tell(self, status: str) -> None:
        before, self.status = self.status, status
        self.emit(VenueStatusTold(status, before))
        self.wait()

    def tell_again(self) -> None:
        self.emit(VenueStatusTold(self.status, ""))

    def fall_silent(self) -> None:
        self.status = ""
        self.cancel_timer("ask_due")
