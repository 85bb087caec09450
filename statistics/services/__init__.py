"""Counting, importing and dividing, for the pages, files and commands of the figures."""
