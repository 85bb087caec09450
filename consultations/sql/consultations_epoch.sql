CREATE TRIGGER epochs_are_final BEFORE UPDATE OR DELETE ON consultations_epoch
  FOR EACH ROW EXECUTE FUNCTION consultations_is_final();
CREATE TRIGGER epochs_are_not_emptied BEFORE TRUNCATE ON consultations_epoch
  FOR EACH STATEMENT EXECUTE FUNCTION consultations_is_final();

GRANT SELECT ON consultations_epoch TO kbi_owner;
