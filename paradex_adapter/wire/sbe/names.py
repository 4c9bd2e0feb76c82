"""What the numbers and bits of enumerated fields are called in REST bodies and JSON channels.

254 (the venue could not represent it) and a number that means absent have no name.
"""

from __future__ import annotations

SIDES = {1: "BUY", 2: "SELL"}
POSITION_SIDES = {1: "LONG", 2: "SHORT"}
ORDER_STATUSES = {1: "NEW", 2: "UNTRIGGERED", 3: "OPEN", 4: "CLOSED"}
ORDER_TYPES = {
    1: "LIMIT",
    2: "MARKET",
    3: "STOP_LIMIT",
    4: "STOP_MARKET",
    5: "TAKE_PROFIT_LIMIT",
    6: "TAKE_PROFIT_MARKET",
    7: "STOP_LOSS_LIMIT",
    8: "STOP_LOSS_MARKET",
}
INSTRUCTIONS = {1: "GTC", 2: "IOC", 3: "POST_ONLY", 4: "RPI"}
STP = {1: "EXPIRE_MAKER", 2: "EXPIRE_TAKER", 3: "EXPIRE_BOTH"}
ORDER_FLAGS = (
    "REDUCE_ONLY",
    "STOP_CONDITION_BELOW_TRIGGER",
    "STOP_CONDITION_ABOVE_TRIGGER",
    "INTERACTIVE",
    "TARGET_STRATEGY_VWAP",
    "MMP",
)
REQUEST_STATUSES = {1: "PENDING", 2: "PROCESSED", 3: "REJECTED", 4: "SUCCESS"}
REQUEST_TYPES = {1: "MODIFY_ORDER"}
FILL_TYPES = {
    1: "FILL",
    2: "LIQUIDATION",
    3: "UNWIND_TRANSFER",
    4: "SETTLE_MARKET",
    5: "RPI",
    6: "BLOCK_TRADE",
}
FILL_FLAGS = ("interactive", "rpi", "fastfill")
LIQUIDITY = {1: "MAKER", 2: "TAKER"}
POSITION_STATUSES = {1: "OPEN", 2: "CLOSED"}
ACCOUNT_STATUSES = {1: "ACTIVE", 2: "LIQUIDATION"}
