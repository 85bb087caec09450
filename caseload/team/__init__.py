"""The team page: a local administrator invites colleagues and gives, extends and ends their access."""
