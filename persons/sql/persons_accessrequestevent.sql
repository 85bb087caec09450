ALTER TABLE persons_accessrequestevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_accessrequestevent FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_accessrequestevent TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- Those of the detours that the web role reads: the policy of that table applies in the subquery.
CREATE POLICY own ON persons_accessrequestevent FOR SELECT TO kbi_web
  USING (EXISTS (SELECT FROM persons_accessrequest r WHERE r.id = request_id OFFSET 0));

CREATE TRIGGER event_is_kept BEFORE UPDATE OR DELETE ON persons_accessrequestevent
  FOR EACH ROW EXECUTE FUNCTION persons_is_kept();
CREATE TRIGGER events_are_kept BEFORE TRUNCATE ON persons_accessrequestevent
  FOR EACH STATEMENT EXECUTE FUNCTION persons_is_kept();

GRANT SELECT ON persons_accessrequestevent TO kbi_web;
