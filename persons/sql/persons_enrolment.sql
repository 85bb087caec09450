ALTER TABLE persons_enrolment ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_enrolment FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_enrolment TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY opened ON persons_enrolment FOR SELECT TO kbi_web
  USING (person_id = (SELECT app_open_person())
         AND 'VormingsActiviteiten' = ANY ((SELECT app_open_blocks())::text[]));
-- Whatever is open: nothing while the looks of the bound user are stopped (`partners.limits`).
CREATE POLICY not_stopped ON persons_enrolment AS RESTRICTIVE FOR SELECT TO kbi_web USING (NOT EXISTS (
  SELECT FROM partners_lookstop s WHERE s.user_id = (SELECT app_user()) AND s.until > now()));

GRANT SELECT ON persons_enrolment TO kbi_web;
