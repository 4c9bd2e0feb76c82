"""What charts carry and remember, as JSON and back.

What JSON has is written as it is. Any other value says what it is under `$`:

    2.5 as Decimal     {"$": "Decimal", "is": "2.5"}
    a set              {"$": "set", "is": ["a", "b"]}        sorted; a tuple likewise, in its order
    a venue's refusal  {"$": "VenueError", "code": …, "message": …, "status": …}
    a shape of ours    {"$": "Fill", "id": …, …}             without what stands at its default
    anything else      {"$": "opaque", "is": "its type"}     cannot be read back

The shapes are the structs and dataclasses of `SHAPED`, by name. A field that a shape does not show
in its `repr` is a secret and is not written.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from types import ModuleType
from typing import Any

import msgspec

from paradex_adapter import backoff, errors
from paradex_adapter.charts import facts, requests
from paradex_adapter.errors import JournalError, VenueError
from paradex_adapter.wire import rest

SHAPED: tuple[ModuleType, ...] = (rest, facts, requests, backoff)
SECRET = "***"

_AS_IS = frozenset({type(None), bool, int, float, str})


def plain(value: object) -> object:
    """`value` as JSON has it. Never raises."""
    kind = type(value)
    if kind in _AS_IS:
        return value
    return _WRITERS.get(kind, _write_other)(value)


def revived(written: Any) -> Any:
    """What `plain` was given. `JournalError` when that cannot be told."""
    match written:
        case {"$": str(kind)}:
            return _revive(kind, {name: value for name, value in written.items() if name != "$"})
        case dict():
            return {name: revived(value) for name, value in written.items()}
        case list():
            return [revived(value) for value in written]
    return written


def _write_other(value: object) -> object:
    if isinstance(value, str):  # an enumeration's member
        return str(value)
    if isinstance(value, VenueError):
        return _write_error(value)
    name = type(value).__name__
    if _shapes().get(name) is not type(value):
        return {"$": "opaque", "is": name}
    return {"$": name, **dict(_written_fields(value))}


def _written_fields(value: Any) -> Iterator[tuple[str, object]]:
    for name, default, is_secret in _fields(value.__class__):
        each = getattr(value, name)
        if each != default:
            yield name, SECRET if is_secret else plain(each)


def _write_error(error: VenueError) -> object:
    words = {"code": error.code, "message": error.message, "status": error.status}
    return {"$": type(error).__name__, **words}


def _write_dict(value: dict[Any, object]) -> object:
    return {str(name): plain(each) for name, each in value.items()}


def _write_set(value: set[Any] | frozenset[Any]) -> object:
    return {"$": type(value).__name__, "is": sorted(map(plain, value), key=str)}


_WRITERS: dict[type, Callable[[Any], object]] = {
    Decimal: lambda value: {"$": "Decimal", "is": str(value)},
    list: lambda value: [plain(each) for each in value],
    tuple: lambda value: {"$": "tuple", "is": [plain(each) for each in value]},
    set: _write_set,
    frozenset: _write_set,
    dict: _write_dict,
}
_READERS: dict[str, Callable[[Any], object]] = {
    "Decimal": Decimal,
    "tuple": lambda those: tuple(map(revived, those)),
    "set": lambda those: set(map(revived, those)),
    "frozenset": lambda those: frozenset(map(revived, those)),
}


def _revive(kind: str, fields: dict[str, Any]) -> object:
    try:
        if kind in _READERS:
            return _READERS[kind](fields["is"])
        make = _errors().get(kind) or _shapes()[kind]
        return make(**{name: revived(value) for name, value in fields.items()})
    except (KeyError, TypeError, ValueError, ArithmeticError):
        what = fields.get("is", "") if kind == "opaque" else kind
        raise JournalError(f"a value of {what} cannot be read back: {fields}") from None


@cache
def _shapes() -> dict[str, type]:
    found = [each for module in SHAPED for each in _made_in(module) if _is_shape(each)]
    return {each.__name__: each for each in found}


@cache
def _errors() -> dict[str, type]:
    return {each.__name__: each for each in _made_in(errors) if issubclass(each, VenueError)}


def _made_in(module: ModuleType) -> Iterator[type]:
    for each in vars(module).values():
        if isinstance(each, type) and each.__module__ == module.__name__:
            yield each


def _is_shape(kind: type) -> bool:
    return dataclasses.is_dataclass(kind) or issubclass(kind, msgspec.Struct)


@cache
def _fields(kind: Any) -> tuple[tuple[str, object, bool], ...]:
    """The name of each field, its default (what equals nothing where there is none), and whether
    it is a secret."""
    if dataclasses.is_dataclass(kind):
        return tuple((each.name, each.default, not each.repr) for each in dataclasses.fields(kind))
    return tuple((each.name, _default(each), False) for each in msgspec.structs.fields(kind))


def _default(field: msgspec.structs.FieldInfo) -> object:
    made = field.default_factory
    return field.default if made is msgspec.NODEFAULT else made()
