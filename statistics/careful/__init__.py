"""The monthly report about the use at an institution: made by the clock, stored, and shown to who looks after it."""
