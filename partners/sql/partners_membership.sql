ALTER TABLE partners_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON partners_membership FOR SELECT TO kbi_web USING (true);
-- Functions write it: partners_propose_access, partners_confirm_access, partners_extend_access, partners_end_access.

CREATE TRIGGER record_access AFTER INSERT ON partners_membership
  FOR EACH ROW EXECUTE FUNCTION partners_record_access();
CREATE TRIGGER record_step AFTER UPDATE ON partners_membership FOR EACH ROW
  WHEN ((NEW.user_id, NEW.institution_id, NEW.role, NEW.valid_from, NEW.valid_until, NEW.status)
    IS DISTINCT FROM (OLD.user_id, OLD.institution_id, OLD.role, OLD.valid_from, OLD.valid_until, OLD.status))
  EXECUTE FUNCTION partners_record_access();

GRANT SELECT ON partners_membership TO kbi_web;
