CREATE TRIGGER verifications_are_final BEFORE UPDATE OR DELETE ON consultations_verification
  FOR EACH ROW EXECUTE FUNCTION consultations_is_final();
CREATE TRIGGER verifications_are_not_emptied BEFORE TRUNCATE ON consultations_verification
  FOR EACH STATEMENT EXECUTE FUNCTION consultations_is_final();

GRANT SELECT, INSERT ON consultations_verification TO kbi_owner;
