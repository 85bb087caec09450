-- Signing in counts before any account is bound, so these rows have no policy.
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_failedsignins TO kbi_web;
