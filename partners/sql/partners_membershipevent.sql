ALTER TABLE partners_membershipevent ENABLE ROW LEVEL SECURITY;
-- The agency reads every step; local administrators and privacy officers read those at their institution.
CREATE POLICY agency_reads ON partners_membershipevent FOR SELECT TO kbi_web USING ((SELECT app_scope()) = 'agency');
CREATE POLICY institution_reads ON partners_membershipevent FOR SELECT TO kbi_web
  USING ((SELECT app_role()) IN ('local_administrator', 'privacy_officer') AND membership_id IN (
    SELECT m.id FROM partners_membership m WHERE m.institution_id = (SELECT app_institution())));

CREATE TRIGGER event_is_kept BEFORE UPDATE OR DELETE ON partners_membershipevent
  FOR EACH ROW EXECUTE FUNCTION partners_is_kept();
CREATE TRIGGER events_are_kept BEFORE TRUNCATE ON partners_membershipevent
  FOR EACH STATEMENT EXECUTE FUNCTION partners_is_kept();

GRANT SELECT ON partners_membershipevent TO kbi_web;
