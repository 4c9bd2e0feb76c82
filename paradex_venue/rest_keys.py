"""REST endpoints of an account's subkeys."""

from __future__ import annotations

import msgspec

from paradex_venue.auth import canonical
from paradex_venue.keys import Subkey
from paradex_venue.records import Account
from paradex_venue.rest import Answer, Call, Services
from paradex_venue.shapes import Json


class _NewSubkey(msgspec.Struct):
    """OpenAPI `requests.CreateSubkey`, as far as it matters here: no signature is asked for."""

    name: str
    public_key: str


def subkeys(services: Services, call: Call, account: Account) -> Answer:
    """The active ones, or with `with_revoked=true` all."""
    everything = call.query.get("with_revoked") == "true"
    listed = services.life.keys.of(account)
    results = [_subkey(subkey) for subkey in listed if everything or not subkey.revoked_at]
    return Answer({"results": results})


def register(services: Services, call: Call, account: Account) -> Answer:
    request = call.decode(_NewSubkey)
    key = canonical("public_key", request.public_key)
    services.life.keys.register(account, request.name, key)
    return Answer(status=201)


def subkey(services: Services, call: Call, account: Account) -> Answer:
    return Answer(_subkey(services.life.keys.find(account, _key(call))))


def revoke(services: Services, call: Call, account: Account) -> Answer:
    subkey = services.life.keys.revoke(account, _key(call))
    return Answer({"public_key": subkey.public_key})


def _key(call: Call) -> str:
    return canonical("public_key", call.path["public_key"])


def _subkey(subkey: Subkey) -> Json:
    """`responses.Subkey`."""
    return {
        "id": subkey.id,
        "account_id": subkey.account,
        "name": subkey.name,
        "public_key": subkey.public_key,
        "state": subkey.state,
        "allowed_cidrs": [],
        "created_at": subkey.created_at,
        "updated_at": subkey.updated_at,
        "revoked_at": subkey.revoked_at,
    }
