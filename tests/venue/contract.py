"""As much of JSON Schema as the venue's contracts use, read strictly: no unknown property."""

from __future__ import annotations

from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


class Contract:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Follow references and merge `allOf` into one object."""
        while "$ref" in schema:
            target: Any = self.document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            schema = target
        if "allOf" not in schema:
            return schema
        merged: dict[str, Any] = {"properties": {}}
        for part in map(self.resolve, schema["allOf"]):
            merged["properties"] |= part.get("properties", {})
            merged |= {name: part[name] for name in ("type", "enum") if name in part}
        return merged

    def breaches(self, value: Any, schema: dict[str, Any], where: str = "") -> list[str]:
        """Everything in which `value` departs from `schema`, each with its place."""
        schema = self.resolve(schema)
        kind = schema.get("type", "object" if schema.get("properties") else None)
        if kind and (not isinstance(value, _TYPES[kind]) or _is_misplaced_bool(value, kind)):
            return [f"{where}: {value!r} is no {kind}"]
        for each in value if isinstance(value, list) else [value]:  # of an array, its members
            if "enum" in schema and each not in schema["enum"]:
                return [f"{where}: {each!r} is none of {schema['enum']}"]
        if isinstance(value, list):
            return self._items(value, schema, where)
        if isinstance(value, dict) and "properties" in schema:
            return self._properties(value, schema["properties"], where)
        return []

    def _items(self, value: list[Any], schema: dict[str, Any], where: str) -> list[str]:
        items = schema.get("items", {})
        found = [
            self.breaches(item, items, f"{where}[{place}]")
            for place, item in enumerate(value)
            if item is not None
        ]
        return [breach for breaches in found for breach in breaches]

    def _properties(
        self, value: dict[str, Any], properties: dict[str, Any], where: str
    ) -> list[str]:
        found = [f"{where}.{name} is not in the contract" for name in value.keys() - properties]
        for name in value.keys() & properties.keys():
            # A null stands for what is absent, as in the paging of results.
            if value[name] is not None:
                found += self.breaches(value[name], properties[name], f"{where}.{name}")
        return found


def _is_misplaced_bool(value: Any, kind: str) -> bool:
    return isinstance(value, bool) and kind != "boolean"
