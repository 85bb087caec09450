-- An answer stays as it was given: rows are only added.
ALTER TABLE statistics_answer ENABLE ROW LEVEL SECURITY;
CREATE POLICY agency ON statistics_answer FOR SELECT TO kbi_web USING ((SELECT app_scope()) = 'agency');
CREATE POLICY agency_adds ON statistics_answer FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency' AND given_by_id = (SELECT app_user()));
GRANT SELECT, INSERT ON statistics_answer TO kbi_web;

CREATE TRIGGER answer_is_kept BEFORE UPDATE OR DELETE ON statistics_answer
  FOR EACH ROW EXECUTE FUNCTION statistics_report_is_kept();
CREATE TRIGGER answers_are_kept BEFORE TRUNCATE ON statistics_answer
  FOR EACH STATEMENT EXECUTE FUNCTION statistics_report_is_kept();
