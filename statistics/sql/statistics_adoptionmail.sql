-- The agency adds them in the user's own name; the worker notes when the mail left. One that was tried for three days
-- (`partners.signals.TRIED`) in vain makes room for another.
ALTER TABLE statistics_adoptionmail ENABLE ROW LEVEL SECURITY;
CREATE POLICY agency_reads ON statistics_adoptionmail FOR SELECT TO kbi_web USING ((SELECT app_scope()) = 'agency');
CREATE POLICY agency_adds ON statistics_adoptionmail FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency' AND asked_by_id = (SELECT app_user()) AND sent_at IS NULL);
CREATE POLICY worker_notes ON statistics_adoptionmail FOR UPDATE TO kbi_web
  USING ((SELECT app_scope()) = 'agency' AND sent_at IS NULL) WITH CHECK ((SELECT app_scope()) = 'agency');
CREATE POLICY agency_replaces ON statistics_adoptionmail FOR DELETE TO kbi_web
  USING ((SELECT app_scope()) = 'agency' AND sent_at IS NULL AND asked_at < statement_timestamp() - interval '3 days');
GRANT SELECT, INSERT, DELETE, UPDATE (sent_at) ON statistics_adoptionmail TO kbi_web;
