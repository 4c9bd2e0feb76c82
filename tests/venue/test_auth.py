"""Signatures, against the published test vectors (1706868900, PRIVATE_SN_POTC_SEPOLIA)."""

from __future__ import annotations

from typing import Any

import pytest

from paradex_venue.auth import Registrar, canonical
from paradex_venue.clock import ManualClock
from paradex_venue.config import AccountConfig, VenueConfig
from paradex_venue.exchange import Exchange
from paradex_venue.orders import ModifyRequest, OrderRequest
from paradex_venue.refusal import Refused
from paradex_venue.tokens import Tokens
from tests.venue.trader import ALICE, BOB

ADDRESS = "0x129c135ed63df9353885e292be4426b8ed6122b13c6c0e1bb787288a1f5adfa"
PUBLIC_KEY = "0x2c144d2f2d4fc61b6f8967f3ba0012a87d90140bcfe5a3e92e8df83258c960f"
AUTH_R = "2132284500520413871919396842573789033969507026344597688131979256814980629443"
AUTH_S = "60967047678036961727488225327132907015713233813795769527958274554976629987"
ORDER_R = "703501121212572066992195827216129264156680250535786683560669602608473847089"
ORDER_S = "3222791536397864147924553491246376419545552447652045747403793614151583944530"
CHANGE_R = "371266203040877291109003966545258587753629720463625719128266502076437088688"
CHANGE_S = "2985718358002262925360495142543843256642251419859014444763229897456358977612"
AUTH = {
    "paradex-starknet-account": ADDRESS,
    "paradex-starknet-signature": f'["{AUTH_R}","{AUTH_S}"]',
    "paradex-timestamp": "1706868900",
    "paradex-signature-expiration": "1706955300",
}
ORDER = OrderRequest(
    market="BTC-USD-PERP",
    side="BUY",
    type="LIMIT",
    size="0.5",
    price="29500",
    signature_timestamp=1706868900123,
    signature=f'["{ORDER_R}","{ORDER_S}"]',
)
CHANGE = ModifyRequest(
    id="1681462103821101699438490000",
    market="BTC-USD-PERP",
    side="BUY",
    type="LIMIT",
    size="0.5",
    price="29500.5",
    signature_timestamp=1706868900123,
    signature=f'["{CHANGE_R}","{CHANGE_S}"]',
)


def registrar(**knobs: Any) -> Registrar:
    clock = ManualClock(1_706_868_900_000_000_000)
    config = VenueConfig(**knobs)
    return Registrar(Exchange(clock, config), Tokens(clock, config.jwt_ttl), config)


def with_alice(**knobs: Any) -> Registrar:
    return registrar(accounts=(AccountConfig(ADDRESS, PUBLIC_KEY),), **knobs)


def refusal(code: str) -> Any:
    return pytest.raises(Refused, match=f"^{code}:")


def test_the_published_log_in_is_accepted() -> None:
    desk = with_alice()
    assert desk.account_of(desk.log_in(AUTH, None)).address == ADDRESS
    assert desk.account_of(desk.log_in(AUTH, PUBLIC_KEY)).address == ADDRESS


def test_the_published_order_and_change_are_accepted() -> None:
    desk = with_alice()
    account = desk.account_of(desk.log_in(AUTH, None))
    desk.check_order(account, ORDER)
    desk.check_modify(account, CHANGE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("market", "ETH-USD-PERP"),
        ("side", "SELL"),
        ("type", "MARKET"),
        ("size", "0.51"),
        ("price", "29500.1"),
        ("signature_timestamp", 1706868900124),
        ("signature", '["1","2"]'),
        ("signature", "nonsense"),
        ("size", "not a number"),
    ],
)
def test_an_order_that_differs_from_what_was_signed_is_refused(field: str, value: Any) -> None:
    desk = with_alice()
    account = desk.account_of(desk.log_in(AUTH, None))
    names = ("market", "side", "type", "size", "price", "signature_timestamp", "signature")
    terms = {name: getattr(ORDER, name) for name in names} | {field: value}
    with refusal("INVALID_ORDER_SIGNATURE"):
        desk.check_order(account, OrderRequest(**terms))


def test_a_change_is_signed_with_the_orders_id() -> None:
    desk = with_alice()
    account = desk.account_of(desk.log_in(AUTH, None))
    names = ("market", "side", "type", "size", "price", "signature_timestamp", "signature")
    terms = {name: getattr(CHANGE, name) for name in names}
    with refusal("INVALID_ORDER_SIGNATURE"):
        desk.check_modify(account, ModifyRequest(id="1681462103821101699438490001", **terms))


def test_a_signature_for_another_chain_is_refused() -> None:
    with refusal("STARKNET_SIGNATURE_VERIFICATION_FAILED"):
        with_alice(chain_id="PRIVATE_SN_PARACLEAR_MAINNET").log_in(AUTH, None)


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("paradex-starknet-signature", '["1","2"]', "STARKNET_SIGNATURE_VERIFICATION_FAILED"),
        ("paradex-starknet-signature", "", "INVALID_REQUEST_PARAMETER"),
        ("paradex-starknet-account", "0x5", "NOT_ONBOARDED"),
        ("paradex-starknet-account", "alice", "INVALID_STARKNET_ADDRESS"),
        ("paradex-timestamp", "1706868901", "STARKNET_SIGNATURE_VERIFICATION_FAILED"),
        ("paradex-timestamp", "now", "INVALID_TIMESTAMP"),
        ("paradex-signature-expiration", "1706868900", "INVALID_TIMESTAMP"),
        ("paradex-signature-expiration", "1707473701", "INVALID_TIMESTAMP"),
    ],
)
def test_a_log_in_that_is_not_as_signed_is_refused(header: str, value: str, code: str) -> None:
    with refusal(code):
        with_alice().log_in(AUTH | {header: value}, None)


def test_the_signature_of_a_log_in_lives_for_half_an_hour_unless_it_says_otherwise() -> None:
    now = 1706868900
    headers = {name: AUTH[name] for name in AUTH if name != "paradex-signature-expiration"}
    signed = ALICE.signer().auth(timestamp=now, expiration=now + 1800)
    desk = with_alice()
    assert desk.log_in(headers | {"paradex-starknet-signature": signed}, None)


def test_a_house_account_cannot_be_logged_in_to() -> None:
    clock, config = ManualClock(), VenueConfig()
    exchange = Exchange(clock, config)
    exchange.open_account(ADDRESS, PUBLIC_KEY, config.credit, house=True)
    with refusal("NOT_ONBOARDED"):
        Registrar(exchange, Tokens(clock, config.jwt_ttl), config).log_in(AUTH, None)


# ---- onboarding ----


def onboarding(signature: str, account: str = ADDRESS) -> dict[str, str]:
    return {"paradex-starknet-account": account, "paradex-starknet-signature": signature}


def test_who_owns_the_account_is_onboarded_and_credited_once() -> None:
    desk = registrar()
    for _ in range(2):
        desk.onboard(onboarding(ALICE.signer().onboarding()), PUBLIC_KEY)
    account = desk.account_of(desk.log_in(AUTH, None))
    assert (account.balance, account.public_key) == (1_000_000, PUBLIC_KEY)


def test_an_address_is_the_same_with_leading_zeros_and_capitals() -> None:
    desk = registrar()
    spelt = "0x0" + ADDRESS[2:].upper()
    desk.onboard(onboarding(ALICE.signer().onboarding(), spelt), PUBLIC_KEY)
    assert desk.log_in(AUTH, None)
    assert canonical("account", spelt) == ADDRESS


def test_nobody_onboards_with_somebody_elses_signature() -> None:
    with refusal("STARKNET_SIGNATURE_VERIFICATION_FAILED"):
        registrar().onboard(onboarding(BOB.signer(ADDRESS).onboarding()), PUBLIC_KEY)


def test_an_address_that_the_key_does_not_own_is_refused_unless_the_venue_is_lenient() -> None:
    headers = onboarding(BOB.signer("0x77").onboarding(), "0x77")
    with refusal("INVALID_STARKNET_ADDRESS"):
        registrar().onboard(headers, BOB.public)
    registrar(strict_addresses=False).onboard(headers, BOB.public)


def test_an_account_keeps_the_key_it_was_onboarded_with() -> None:
    desk = registrar(strict_addresses=False)
    desk.onboard(onboarding(ALICE.signer().onboarding()), PUBLIC_KEY)
    with refusal("PUBLIC_KEY_INVALID"):
        desk.onboard(onboarding(BOB.signer(ADDRESS).onboarding()), BOB.public)


# ---- subkeys ----


def test_a_subkey_signs_for_the_main_account() -> None:
    desk = registrar(accounts=(AccountConfig(ADDRESS, PUBLIC_KEY, subkeys=(BOB.public,)),))
    now, signer = 1706868900, BOB.signer(ADDRESS)
    headers = AUTH | {
        "paradex-starknet-signature": signer.auth(timestamp=now, expiration=1706955300)
    }
    account = desk.account_of(desk.log_in(headers, BOB.public))
    assert account.address == ADDRESS
    signature = signer.order(
        market="BTC-USD-PERP",
        side="BUY",
        order_type="LIMIT",
        size="0.5",
        price="29500",
        timestamp=1706868900123,
    )
    names = ("market", "side", "type", "size", "price", "signature_timestamp")
    terms = {name: getattr(ORDER, name) for name in names}
    desk.check_order(account, OrderRequest(**terms, signature=signature))


def test_a_key_that_is_not_registered_is_no_subkey() -> None:
    with refusal("INVALID_SUBKEY"):
        with_alice().log_in(AUTH, BOB.public)


def test_a_subkeys_log_in_names_the_subkey() -> None:
    desk = registrar(accounts=(AccountConfig(ADDRESS, PUBLIC_KEY, subkeys=(BOB.public,)),))
    signature = BOB.signer(ADDRESS).auth(timestamp=1706868900, expiration=1706955300)
    with refusal("STARKNET_SIGNATURE_VERIFICATION_FAILED"):
        desk.log_in(AUTH | {"paradex-starknet-signature": signature}, None)
