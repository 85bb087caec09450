-- The owner publishes. Everyone reads, without an account too, and only while the agency publishes.
ALTER TABLE statistics_publishedmonth ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone_while_on ON statistics_publishedmonth FOR SELECT TO kbi_web
  USING ((SELECT statistics_is_published()));
GRANT SELECT ON statistics_publishedmonth TO kbi_web;

CREATE TRIGGER month_is_kept BEFORE UPDATE OR DELETE ON statistics_publishedmonth
  FOR EACH ROW EXECUTE FUNCTION statistics_report_is_kept();
CREATE TRIGGER months_are_kept BEFORE TRUNCATE ON statistics_publishedmonth
  FOR EACH STATEMENT EXECUTE FUNCTION statistics_report_is_kept();
