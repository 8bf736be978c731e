"""Runs of hostile use against real servers on loopback; `python -m tests.hostile` does all of them."""
