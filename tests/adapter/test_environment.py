from __future__ import annotations

import copy
import traceback

import pytest

from paradex_adapter.environment import (
    ENDPOINTS,
    Credentials,
    Endpoints,
    Environment,
    Secret,
    check_chain,
    resolve,
)
from paradex_adapter.errors import ConfigError
from paradex_adapter.wire.markets import SystemConfig
from paradex_adapter.wire.signing import CURVE_ORDER, FIELD_PRIME, Signer

PROD = ENDPOINTS[Environment.PROD]
TESTNET = ENDPOINTS[Environment.TESTNET]
KEY = "0x543b6cf6c91817a87174aaea4fb370ac1c694e864d7740d728f8344d53e815"
ADDRESS = "0x129c135ed63df9353885e292be4426b8ed6122b13c6c0e1bb787288a1f5adfa"


# ---- where the venue is ----


@pytest.mark.parametrize(
    ("environment", "expected"),
    [(None, PROD), ("PROD", PROD), ("prod", PROD), ("TESTNET", TESTNET), ("Testnet", TESTNET)],
)
def test_an_environment_is_known_by_name_in_any_case(
    environment: str | None, expected: Endpoints
) -> None:
    assert resolve(environment) == expected


def test_an_environment_may_be_the_enumeration_itself() -> None:
    assert resolve(Environment.TESTNET) == TESTNET


@pytest.mark.parametrize(
    "given",
    [
        {"environment": "http://127.0.0.1:8080/v1"},
        {"environment": "http://127.0.0.1:8080"},
        {"base_url_http": "http://127.0.0.1:8080/v1/"},
    ],
)
def test_a_base_url_alone_says_where_both_are_and_expects_no_chain(given: dict[str, str]) -> None:
    expected = Endpoints("http://127.0.0.1:8080/v1", "ws://127.0.0.1:8080/v1")
    assert resolve(**given) == expected


def test_an_encrypted_base_url_has_an_encrypted_websocket() -> None:
    assert resolve("https://venue.example").ws_url == "wss://venue.example/v1"


def test_a_websocket_url_replaces_the_one_derived() -> None:
    endpoints = resolve("http://a:1", base_url_ws="ws://b:2/v1")
    assert (endpoints.rest_url, endpoints.ws_url) == ("http://a:1/v1", "ws://b:2/v1")


def test_urls_given_beside_an_environment_keep_its_chain_and_its_variables() -> None:
    endpoints = resolve("TESTNET", "http://a:1/v1", "ws://a:1/v1")
    assert endpoints == Endpoints("http://a:1/v1", "ws://a:1/v1", TESTNET.chain_id, True)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"environment": "MAINNET"}, r"'MAINNET' is unknown: use PROD, TESTNET or a base URL"),
        ({"environment": ""}, r"environment '' is unknown"),
        ({"base_url_http": ""}, r"base_url_http '' is not a base URL"),
        ({"environment": "PROD", "base_url_ws": ""}, r"base_url_ws '' is not a base URL"),
        ({"environment": "ftp://host/v1"}, r"base_url_http 'ftp://host/v1' is not a base URL"),
        ({"environment": "http://"}, r"'http://' is not a base URL: write http://host:port/v1"),
        ({"base_url_http": "localhost:8080"}, r"'localhost:8080' is not a base URL"),
        ({"base_url_http": "http://h:99999999"}, r"'http://h:99999999' is not a URL"),
        ({"base_url_http": "http://h/v1?a=b"}, r"is not a base URL"),
        ({"base_url_http": "http://h", "base_url_ws": "http://h"}, r"base_url_ws 'http://h' is no"),
        ({"base_url_ws": "ws://h"}, r"base_url_ws 'ws://h' without base_url_http"),
        ({"environment": "http://a", "base_url_http": "http://b"}, r"give one"),
    ],
)
def test_a_place_that_cannot_work_is_refused_by_name(given: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        resolve(**given)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError, match="user name or password") as caught:
        resolve("http://me:hunter2@host/v1")
    assert "hunter2" not in str(caught.value)


def test_the_chain_of_the_environment_is_accepted() -> None:
    check_chain(SystemConfig(starknet_chain_id="PRIVATE_SN_POTC_SEPOLIA"), TESTNET)


def test_the_wrong_chain_is_refused_with_both_names_and_the_remedy() -> None:
    told = r"is on chain 'OTHER', the environment's is 'PRIVATE_SN_.*': correct environment or"
    with pytest.raises(ConfigError, match=told):
        check_chain(SystemConfig(starknet_chain_id="OTHER"), PROD)


def test_any_chain_will_do_where_none_is_expected() -> None:
    check_chain(SystemConfig(starknet_chain_id="OTHER"), resolve("http://127.0.0.1:1"))


# ---- who trades ----


def test_credentials_come_from_the_config_first() -> None:
    environ = {"PARADEX_L2_ADDRESS": "0x2", "PARADEX_L2_PRIVATE_KEY": "0x3"}
    credentials = Credentials.resolve(PROD, ADDRESS, KEY, environ=environ)
    assert credentials == Credentials(ADDRESS, Secret(KEY))


@pytest.mark.parametrize(
    ("endpoints", "prefix"),
    [(PROD, "PARADEX_"), (TESTNET, "PARADEX_TESTNET_"), (resolve("http://h"), "PARADEX_")],
)
def test_credentials_come_from_the_variables_of_the_environment_otherwise(
    endpoints: Endpoints, prefix: str
) -> None:
    environ = {f"{prefix}L2_ADDRESS": ADDRESS, f"{prefix}L2_PRIVATE_KEY": KEY}
    assert Credentials.resolve(endpoints, environ=environ) == Credentials(ADDRESS, Secret(KEY))


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, r"l2_address is missing: set it in the config, or set PARADEX_TESTNET_L2_ADDRESS"),
        (
            {"PARADEX_TESTNET_L2_ADDRESS": ADDRESS, "PARADEX_L2_PRIVATE_KEY": KEY},
            r"l2_private_key is missing: .* or set PARADEX_TESTNET_L2_PRIVATE_KEY",
        ),
    ],
)
def test_a_missing_credential_names_its_field_and_its_variable(
    environ: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        Credentials.resolve(TESTNET, environ=environ)


@pytest.mark.parametrize("text", [KEY.upper().replace("0X", "0x"), f" {KEY}\n", KEY[2:], "0x01"])
def test_a_key_is_taken_in_the_ways_people_write_hexadecimal(text: str) -> None:
    credentials = Credentials.resolve(PROD, ADDRESS.upper(), text)
    assert credentials.l2_address == ADDRESS
    assert credentials.private_key == hex(int(text.strip(), 16))


BAD_KEYS = [
    ("", "l2_private_key is empty"),
    ("0x", r"is not hexadecimal \(2 characters\)"),
    ("word1 word2 word3", r"is not hexadecimal \(17 characters\)"),
    (KEY + "ffff", "is not hexadecimal"),
    ("0x0", "is not on the Stark curve"),
    (hex(CURVE_ORDER), "is not on the Stark curve.*not an Ethereum one"),
    ("0x" + "f" * 64, "is not on the Stark curve"),
]


@pytest.mark.parametrize(("text", "told"), BAD_KEYS)
def test_a_malformed_key_is_refused_by_the_field_and_never_shown(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        Credentials.resolve(PROD, ADDRESS, text)
    shown = "".join(traceback.format_exception(caught.value)).split("ConfigError:")[1]
    assert len(text) < 4 or text not in shown


@pytest.mark.parametrize(("text", "told"), BAD_KEYS)
def test_a_malformed_key_of_the_environment_is_refused_by_its_variable(
    text: str, told: str
) -> None:
    environ = {"PARADEX_L2_PRIVATE_KEY": text}
    with pytest.raises(ConfigError, match=r"^PARADEX_L2_PRIVATE_KEY is"):
        Credentials.resolve(PROD, ADDRESS, environ=environ)


@pytest.mark.parametrize("text", ["", "0x0", "0xnothex", hex(FIELD_PRIME), "f" * 65])
def test_a_malformed_address_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ConfigError, match=r"l2_address .* is not a Starknet address: give 0x"):
        Credentials.resolve(PROD, text, KEY)


def test_a_key_pasted_where_the_address_belongs_is_not_printed() -> None:
    ethereum_key = "0x" + "f" * 64
    with pytest.raises(ConfigError) as caught:
        Credentials.resolve(PROD, ethereum_key, KEY)
    assert ethereum_key not in str(caught.value)
    assert "0xffff…" in str(caught.value)


def test_the_largest_key_below_the_order_is_a_key() -> None:
    assert Credentials.resolve(PROD, ADDRESS, hex(CURVE_ORDER - 1)).private_key


def test_credentials_sign_and_do_not_show_the_key() -> None:
    credentials = Credentials.resolve(PROD, ADDRESS, KEY)
    assert repr(credentials) == f"Credentials(l2_address='{ADDRESS}', private_key='***')"
    signer = Signer(credentials.private_key.reveal(), credentials.l2_address, "CHAIN")
    assert signer.public_key == (
        "0x2c144d2f2d4fc61b6f8967f3ba0012a87d90140bcfe5a3e92e8df83258c960f"
    )


@pytest.mark.parametrize("show", [str, repr, "{}".format, "%s".__mod__, "{!r:>5}".format, ascii])
def test_a_secret_shows_itself_to_nobody(show: object) -> None:
    assert "***" in show(Secret("hunter2"))  # type: ignore[operator]
    assert "hunter2" not in show([Secret("hunter2")])  # type: ignore[operator]


def test_a_secret_is_the_text_it_hides() -> None:
    secret = copy.deepcopy(Secret("hunter2"))
    assert secret == "hunter2"
    assert secret.reveal() == "hunter2"
    assert type(secret.reveal()) is str
