"""Pages about detours: note that a third party was asked about a client, close it, list them, take them as a file."""
