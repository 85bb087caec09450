"""The page of what changed for the clients, and the weekly mail with the numbers."""
