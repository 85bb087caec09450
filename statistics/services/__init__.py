"""Counting, importing and dividing: what the pages, downloads and commands of the figures rest on."""
