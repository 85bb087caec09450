"""How long a detour takes, and what the portal takes beside it: figures, tables and pages."""
