-- Not evidence: it only says from where to go on.
GRANT SELECT, INSERT, UPDATE ON consultations_publication TO kbi_owner;
