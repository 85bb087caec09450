-- Limits of sign-in attempts are counted in this table, so that all web processes share them.
GRANT SELECT, INSERT, UPDATE, DELETE ON kbi_portal_cache TO kbi_web;
