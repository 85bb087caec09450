ALTER TABLE persons_reminder ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_reminder FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_reminder TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- Of clients in the user's own caseload, while their inscription counts. OFFSET 0 asks for each row: the planner would
-- otherwise hash the whole institution.
CREATE POLICY own ON persons_reminder FOR SELECT TO kbi_web USING (
  institution_id = (SELECT app_institution()) AND (SELECT app_role()) = 'case_worker'
  AND EXISTS (SELECT FROM persons_caseloadrow c
              WHERE c.institution_id = persons_reminder.institution_id AND c.insz = persons_reminder.insz
                AND c.user_id = (SELECT app_user()) OFFSET 0)
  AND EXISTS (SELECT FROM persons_inscription_counting g
              WHERE g.institution_id = persons_reminder.institution_id AND g.insz = persons_reminder.insz OFFSET 0));

GRANT SELECT ON persons_reminder TO kbi_web;
