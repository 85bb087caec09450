"""Twelve months of invented use, for the demonstration: who looked, asked, noted and ended what.

`days` says when people work, `habits` who looks how often, `clients` makes inscriptions with their history, `cases`
what case workers note about clients, and `looks` the rows of the log. All chance comes from `Dice`, so the same seed,
day and clients give the same use. The rows of the log go through its own policies and triggers, so none is untrue but
for its date, which only the policy in `demo/sql` allows.
"""
