"""What an exploration explores: an order, what the venue may do with it, and what may go wrong."""

from __future__ import annotations

from dataclasses import dataclass

from tests.interleavings.words import PRICE, QUANTITY, Request


@dataclass(frozen=True, slots=True)
class Scenario:
    """Sizes are in whole units, prices in half units.

    `change` is what the strategy may ask for once. Each number of the second half is how often
    that may happen in one story, at any moment of it.
    """

    name: str
    type: str = "LIMIT"
    instruction: str = "GTC"
    refusals: tuple[str, ...] = ()  # why the venue may close the order instead of taking it
    takes: bool = True  # whether it may be executed as it comes in
    rests: bool = True  # whether what is not executed at once stays on the book
    executions: int = 2  # at most
    sweeps: bool = False  # two executions, or one of all that remains, with one word on the order
    ends: tuple[str, ...] = ()  # why the venue may close a resting order
    change: Request | None = None
    second_change: Request | None = None
    changes_refused: bool = False  # whether the venue may refuse the change after taking it
    changes_cross: bool = False  # whether the changed order may execute before its word is said
    is_binary: bool = False  # words of the channels are binary: no `remaining_size` of a fill
    tells_new: bool = True  # whether the venue says NEW on its channel
    same_time: bool = False  # whether all of it happens within one millisecond
    over_session: bool = True  # requests go over the session and share its cuts
    queues: bool = False  # whether requests wait for their turn, and questions for others

    cancels: int = 1
    losses: int = 0  # of a word, a request, a reply or an answer
    repeats: int = 0  # of a word, at any later time
    cuts: int = 0  # of the session
    firings: int = 0  # of a timer before its time
    doubts: int = 0  # by the engine's own inquiries
    lapses: bool = False  # whether time may pass until what was signed is void

    @property
    def create(self) -> Request:
        return Request("create", QUANTITY, 0 if self.type == "MARKET" else PRICE)
