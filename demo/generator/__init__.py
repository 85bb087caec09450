"""A believable, wholly invented population in MAGDA messages, for the demo, the tests and the bench.

Nothing here is drawn from a real person: the national register numbers are MAGDA test numbers (month
61-72), names are combined from lists, centres and their KBO numbers are invented. The same seed gives the
same bytes on every machine: chance comes from `dice.Dice` alone.
"""
