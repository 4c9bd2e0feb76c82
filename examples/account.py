"""Open an account at a local Paradex, and print what the other examples need to trade on it.

    eval "$(python -m examples.account http://127.0.0.1:8080/v1)"

The key is made here and is worth nothing anywhere else.
"""

from __future__ import annotations

import asyncio
import sys

from examples.demo.account import open_trader_account
from examples.demo.errors import DemoError


def main(arguments: list[str]) -> int:
    """0 with three `export` lines; 2 with one line saying what is wrong."""
    if len(arguments) != 1 or not arguments[0].startswith("http://127.0.0.1"):
        print("usage: python -m examples.account http://127.0.0.1:PORT/v1", file=sys.stderr)
        return 2
    (rest_url,) = arguments
    try:
        account = asyncio.run(open_trader_account(rest_url))
    except DemoError as error:
        print(f"examples.account: {error}", file=sys.stderr)
        return 2
    print(f"export PARADEX_ENVIRONMENT={rest_url}")
    print(f"export PARADEX_L2_ADDRESS={account.address}")
    print(f"export PARADEX_L2_PRIVATE_KEY={account.private_key}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
