"""A trader's account: a key made now, onboarded at the venue as its owner would."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import httpx
import msgspec

from examples.demo.errors import DemoError
from paradex_adapter.wire.markets import SystemConfig
from paradex_adapter.wire.signing import CURVE_ORDER, Signer, address_of, public_key_of

TIMEOUT_SECS = 20.0


@dataclass(frozen=True, slots=True)
class TraderAccount:
    """An L2 address and the Stark key that owns it, both 0x hex."""

    address: str
    private_key: str = field(repr=False)


async def open_trader_account(rest_url: str) -> TraderAccount:
    """Make a key, derive its account by the venue's contracts, and onboard it, signed."""
    private_key = hex(1 + secrets.randbelow(CURVE_ORDER - 1))
    public_key = public_key_of(private_key)
    async with httpx.AsyncClient(
        base_url=rest_url, trust_env=False, timeout=TIMEOUT_SECS
    ) as client:
        try:
            config = await _system_config(client)
        except httpx.HTTPError as error:
            raise DemoError(f"{rest_url} did not answer: {type(error).__name__}") from None
        address = address_of(
            public_key,
            proxy_hash=config.paraclear_account_proxy_hash,
            account_hash=config.paraclear_account_hash,
        )
        signer = Signer(private_key, address, config.starknet_chain_id)
        await _onboard(client, signer)
    return TraderAccount(address, private_key)


async def _system_config(client: httpx.AsyncClient) -> SystemConfig:
    response = await client.get("/system/config")
    return msgspec.json.decode(response.content, type=SystemConfig)


async def _onboard(client: httpx.AsyncClient, signer: Signer) -> None:
    """REST `POST /onboarding`. Which Ethereum account it belongs to, a local venue ignores."""
    headers = {
        "PARADEX-ETHEREUM-ACCOUNT": "0x1",
        "PARADEX-STARKNET-ACCOUNT": signer.account,
        "PARADEX-STARKNET-SIGNATURE": signer.onboarding(),
    }
    body = {"public_key": signer.public_key}
    response = await client.post("/onboarding", headers=headers, json=body)
    if not response.is_success:
        raise DemoError(f"the venue would not onboard the account: {response.text}")
