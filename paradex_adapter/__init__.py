"""A Paradex adapter for NautilusTrader in which every lifecycle is a statechart."""
