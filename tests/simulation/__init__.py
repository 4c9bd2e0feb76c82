"""Seeded runs of one account against a venue that misbehaves, checked against the venue's truth.

No trading platform is involved, the sockets are real, and nothing here knows the charts: what is
told is judged by what a trader may rely on, and compared with what the venue wrote down.
`python -m tests.simulation --seeds 100` runs more of them than the test suite does.
"""
