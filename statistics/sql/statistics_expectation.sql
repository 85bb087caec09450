-- Rows are only added. An institution reads its own and those of a kind.
ALTER TABLE statistics_expectation ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_agency ON statistics_expectation FOR SELECT TO kbi_web
  USING ((SELECT app_scope()) = 'agency' OR institution_id IS NULL
    OR institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));
CREATE POLICY agency_adds ON statistics_expectation FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency' AND added_by_id = (SELECT app_user()));
GRANT SELECT, INSERT ON statistics_expectation TO kbi_web;
