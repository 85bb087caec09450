"""The review of escapes by the privacy officer."""
