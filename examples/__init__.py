"""Programs to read and run: `quickstart.py`, and the demonstration behind `make demo`."""
