"""Why a demonstration could not be played."""

from __future__ import annotations


class DemoError(Exception):
    """It could not be played to its end. The message is one line and names the reason."""
