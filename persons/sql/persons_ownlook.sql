-- The function as a table, for paging.
CREATE VIEW persons_ownlook WITH (security_invoker = true) AS SELECT * FROM persons_own_looks();

GRANT SELECT ON persons_ownlook TO kbi_web;
