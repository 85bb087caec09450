ALTER TABLE partners_mandateevent ENABLE ROW LEVEL SECURITY;
-- The agency reads every step; a privacy officer reads those in the mandates of their institution and of its kind.
CREATE POLICY agency_reads ON partners_mandateevent FOR SELECT TO kbi_web USING ((SELECT app_scope()) = 'agency');
CREATE POLICY privacy_officer_reads ON partners_mandateevent FOR SELECT TO kbi_web
  USING ((SELECT app_role()) = 'privacy_officer' AND version_id IN (
    SELECT v.id FROM partners_mandateversion v JOIN partners_mandate m ON m.id = v.mandate_id
    JOIN partners_institution n ON n.id = m.institution_id OR n.kind = m.institution_kind
    WHERE n.id = app_institution()));

CREATE TRIGGER event_is_kept BEFORE UPDATE OR DELETE ON partners_mandateevent
  FOR EACH ROW EXECUTE FUNCTION partners_is_kept();
CREATE TRIGGER events_are_kept BEFORE TRUNCATE ON partners_mandateevent
  FOR EACH STATEMENT EXECUTE FUNCTION partners_is_kept();

GRANT SELECT ON partners_mandateevent TO kbi_web;
