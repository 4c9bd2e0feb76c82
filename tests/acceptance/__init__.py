"""NautilusTrader's acceptance cases, each run in a real node against the venue.

A test names its cases in its marker, `@pytest.mark.acceptance("E10", "limit GTC buy")`. Where the
venue has no such thing the marker says what is asserted in its place, as `denied=`. The table in
docs/paradex.md is these markers, written by `make acceptance` when all of them passed.
"""
