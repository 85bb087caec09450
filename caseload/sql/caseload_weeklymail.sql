ALTER TABLE caseload_weeklymail ENABLE ROW LEVEL SECURITY;
ALTER TABLE caseload_weeklymail FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON caseload_weeklymail TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- Only of the user's own access to the bound institution.
CREATE POLICY own ON caseload_weeklymail TO kbi_web
  USING (EXISTS (SELECT FROM partners_membership m WHERE m.id = caseload_weeklymail.membership_id
                 AND m.user_id = (SELECT app_user()) AND m.institution_id = (SELECT app_institution())))
  WITH CHECK (EXISTS (SELECT FROM partners_membership m WHERE m.id = caseload_weeklymail.membership_id
                      AND m.user_id = (SELECT app_user()) AND m.institution_id = (SELECT app_institution())));

GRANT SELECT, INSERT, UPDATE, DELETE ON caseload_weeklymail TO kbi_web;
