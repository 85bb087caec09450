-- The owner appends seals that continue the chain. It cannot change them, and what it appends is compared with the rows
-- and with what was published by `manage.py verify_log`.
CREATE TRIGGER seal_continues_the_chain BEFORE INSERT ON consultations_seal
  FOR EACH ROW EXECUTE FUNCTION consultations_check_seal();
CREATE TRIGGER seals_are_final BEFORE UPDATE OR DELETE ON consultations_seal
  FOR EACH ROW EXECUTE FUNCTION consultations_is_final();
CREATE TRIGGER seals_are_not_emptied BEFORE TRUNCATE ON consultations_seal
  FOR EACH STATEMENT EXECUTE FUNCTION consultations_is_final();

GRANT SELECT, INSERT ON consultations_seal TO kbi_owner;
