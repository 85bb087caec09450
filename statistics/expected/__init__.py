"""Does the use meet what the agency expects: targets, clients of a month, deviations and notes."""
