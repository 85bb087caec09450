"""Make the content of an answer from the figures as they are now."""
