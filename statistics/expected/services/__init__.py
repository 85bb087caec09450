"""Targets of months, the clients they are made of, and use against them."""
