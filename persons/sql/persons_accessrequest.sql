ALTER TABLE persons_accessrequest ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_accessrequest FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_accessrequest TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- The agency reads none of them: its figures come from a function that returns counts.
-- A successor closes what is open at its predecessors.
CREATE POLICY own ON persons_accessrequest FOR SELECT TO kbi_web
  USING (institution_id = ANY ((SELECT partners_works_for(app_list_institution()))::bigint[])
         AND (SELECT app_role()) = 'case_worker' AND (insz = ANY ((SELECT app_hidden_numbers())::text[])) IS NOT TRUE);

-- Each change is an event, whoever makes it.
CREATE TRIGGER record_step AFTER UPDATE OF third_party, asked_on, answered_on, has_result, withdrawn_at
  ON persons_accessrequest FOR EACH ROW
  WHEN ((OLD.third_party, OLD.asked_on, OLD.answered_on, OLD.has_result, OLD.withdrawn_at)
    IS DISTINCT FROM (NEW.third_party, NEW.asked_on, NEW.answered_on, NEW.has_result, NEW.withdrawn_at))
  EXECUTE FUNCTION persons_record_request_step();

GRANT SELECT ON persons_accessrequest TO kbi_web;
