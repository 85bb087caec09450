"""Pages about questions ("klopt niet?"): ask the supplier of an item of a file, and answer as that supplier."""
