ALTER TABLE statistics_carefulreport ENABLE ROW LEVEL SECURITY;
-- The owner makes reports, the worker notes when their mail left. An institution reads its own, and those of
-- institutions that it succeeded.
CREATE POLICY own_or_agency ON statistics_carefulreport FOR SELECT TO kbi_web
  USING ((SELECT app_scope()) = 'agency'
         OR (SELECT app_role()) IN ('local_administrator', 'privacy_officer')
            AND institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));
CREATE POLICY worker_notes ON statistics_carefulreport FOR UPDATE TO kbi_web
  USING ((SELECT app_scope()) = 'agency' AND announced_at IS NULL) WITH CHECK ((SELECT app_scope()) = 'agency');
GRANT SELECT, UPDATE (announced_at) ON statistics_carefulreport TO kbi_web;

CREATE TRIGGER report_is_kept BEFORE UPDATE OR DELETE ON statistics_carefulreport
  FOR EACH ROW EXECUTE FUNCTION statistics_report_is_kept();
CREATE TRIGGER reports_are_kept BEFORE TRUNCATE ON statistics_carefulreport
  FOR EACH STATEMENT EXECUTE FUNCTION statistics_report_is_kept();
