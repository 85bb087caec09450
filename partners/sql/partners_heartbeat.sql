-- The clock writes it as the owner. Web processes read it: /readyz and the first page of the admin name jobs that are late.
GRANT SELECT ON partners_heartbeat TO kbi_web;
