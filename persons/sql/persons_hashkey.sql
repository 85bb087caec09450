-- For the check at the start of the web process: is the key of the settings that of the hashes?
GRANT SELECT ON persons_hashkey TO kbi_web;
