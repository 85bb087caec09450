ALTER TABLE persons_enrolment ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_enrolment FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_enrolment TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY opened ON persons_enrolment FOR SELECT TO kbi_web
  USING (person_id = (SELECT app_open_person())
         AND 'VormingsActiviteiten' = ANY ((SELECT app_open_blocks())::text[]));

GRANT SELECT ON persons_enrolment TO kbi_web;
