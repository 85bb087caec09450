"""Answers to parliamentary questions: made from the figures of a period, and kept as they were given."""
