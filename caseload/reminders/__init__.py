"""Pages about reminders: what is due today, setting one for a client or a selection, done, another day."""
