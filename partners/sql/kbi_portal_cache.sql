-- Limits of sign-in attempts are counted in this table, so that they hold across web processes.
GRANT SELECT, INSERT, UPDATE, DELETE ON kbi_portal_cache TO kbi_web;
