"""Reminders: the list of what is due, and the pages that set, close and move one."""
