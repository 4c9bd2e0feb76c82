"""A definite no, with the code and the HTTP status the venue answers it with."""

from __future__ import annotations


class Refused(Exception):
    """`code` is one of the venue's error codes; `message` says what to do about it."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
