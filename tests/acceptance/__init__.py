"""NautilusTrader's acceptance cases, each run in a real node against the venue.

A test names its cases in its marker, `@pytest.mark.acceptance("E10", "limit GTC buy")`, or with the
values of a parameter (`table.case`). Where the venue has no such thing the marker says what is
asserted in its place, as `denied=`. The table in docs/paradex.md is these markers:
`python -m pytest tests/acceptance --write-acceptance` writes it when all of them passed.
"""
