"""Where the effects of a step gather, and where nobody may ask for any."""

from __future__ import annotations

from typing import Final, NoReturn

from statecharts.effects import Effect
from statecharts.errors import DefinitionError


class _Nowhere:
    """The outbox of a chart whose hooks are not running."""

    __slots__ = ()

    def __add__(self, effects: tuple[Effect, ...]) -> NoReturn:
        asked = ", ".join(map(str, effects))
        raise DefinitionError(
            f"{asked!r} was asked for outside a hook, and nobody would perform it; guards, "
            "__init__ and other code ask for nothing"
        )

    def __reduce__(self) -> str:
        return "NOWHERE"


NOWHERE: Final = _Nowhere()

type Outbox = tuple[Effect, ...] | _Nowhere
"""What was asked for so far. A tuple: most steps ask for little, and nothing costs nothing."""
