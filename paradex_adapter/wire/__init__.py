"""The venue's language: shapes, framing, signing. No I/O."""
