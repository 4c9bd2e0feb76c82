"""The names of the public channels, and which Nautilus subscription needs which."""

from __future__ import annotations


def quotes(market: str) -> str:
    """Best bid and offer, every change (AsyncAPI `bbo.{market_symbol}`)."""
    return f"bbo.{market}"


def trades(market: str) -> str:
    """Public trades (AsyncAPI `trades.{market_symbol}`)."""
    return f"trades.{market}"


def summary(market: str) -> str:
    """Mark and index price and statistics, about once a second (AsyncAPI
    `markets_summary.{market_symbol}`)."""
    return f"markets_summary.{market}"


def funding(market: str) -> str:
    """The funding rate, about once a second (AsyncAPI `funding_data.{market_symbol}`)."""
    return f"funding_data.{market}"


def book(market: str) -> str:
    """The whole book, then every change, numbered without a gap. The bare name: the venue refuses
    the suffix that its contract shows."""
    return f"order_book.{market}.deltas"


def is_book(channel: str) -> bool:
    """Whether the channel is one of `book`."""
    return channel.startswith("order_book.")


def market_of(channel: str) -> str:
    """The market whose book the channel tells."""
    return channel.removeprefix("order_book.").removesuffix(".deltas")
