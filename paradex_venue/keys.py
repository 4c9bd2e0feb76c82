"""Subkeys: keys that may sign an account's orders and log it in, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paradex_venue.records import Account
from paradex_venue.refusal import Refused


@dataclass(slots=True, kw_only=True)
class Subkey:
    """Times are nanoseconds, as the venue has them here and nowhere else."""

    id: int
    account: str
    name: str
    public_key: str
    created_at: int
    updated_at: int
    revoked_at: int = 0

    @property
    def state(self) -> str:
        return "revoked" if self.revoked_at else "active"


class Keys:
    """The register; what counts when a signature is checked is `Account.subkeys`."""

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._subkeys: list[Subkey] = []

    def of(self, account: Account) -> list[Subkey]:
        """Every subkey of the account, revoked ones included, oldest first."""
        self._adopt(account)
        return [subkey for subkey in self._subkeys if subkey.account == account.address]

    def register(self, account: Account, name: str, public_key: str) -> Subkey:
        if public_key in account.keys:
            raise Refused("NOT_UNIQUE", f"{public_key} is a key of this account already")
        account.subkeys.add(public_key)
        return self._enter(account, name, public_key)

    def find(self, account: Account, public_key: str) -> Subkey:
        """An active subkey, or `Refused` with status 404."""
        for subkey in self.of(account):
            if subkey.public_key == public_key and not subkey.revoked_at:
                return subkey
        raise Refused("NOT_FOUND", f"{public_key} is no active subkey of this account", 404)

    def revoke(self, account: Account, public_key: str) -> Subkey:
        """The key signs nothing any more; tokens that it obtained live on until they expire."""
        subkey = self.find(account, public_key)
        subkey.revoked_at = subkey.updated_at = self._now_ns()
        account.subkeys.discard(public_key)
        return subkey

    def _adopt(self, account: Account) -> None:
        """Enter the subkeys that an account was set up with."""
        known = {subkey.public_key for subkey in self._subkeys if not subkey.revoked_at}
        for public_key in sorted(account.subkeys - known):
            self._enter(account, "configured", public_key)

    def _enter(self, account: Account, name: str, public_key: str) -> Subkey:
        now = self._now_ns()
        subkey = Subkey(
            id=len(self._subkeys) + 1,
            account=account.address,
            name=name,
            public_key=public_key,
            created_at=now,
            updated_at=now,
        )
        self._subkeys.append(subkey)
        return subkey
