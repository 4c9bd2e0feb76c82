"""Requests on several orders that are made together leave together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched

from paradex_adapter.transport.tasks import Tasks

type Work = Callable[[Sequence[str]], Awaitable[None]]
"""What is done for several orders, named by their client ids, in one request."""


class Gathering:
    """Starts work at once, or, what is asked for `together`, in batches when all is asked for."""

    def __init__(self, tasks: Tasks, largest: int) -> None:
        self._tasks = tasks
        self._largest = largest
        self._gathered: defaultdict[Work, list[str]] | None = None

    def perform(self, work: Work, client_order_id: str) -> None:
        """Do it soon; one kind of work in the order of asking."""
        if self._gathered is None:
            self._tasks.start_soon(work, (client_order_id,))
        else:
            self._gathered[work].append(client_order_id)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Gather what is asked for meanwhile."""
        outer, gathered = self._gathered, defaultdict[Work, list[str]](list)
        self._gathered = gathered
        try:
            yield
        finally:
            self._gathered = outer
            for work, client_order_ids in gathered.items():
                for batch in batched(client_order_ids, self._largest):
                    self._tasks.start_soon(work, batch)
