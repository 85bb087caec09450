ALTER TABLE statistics_wait ENABLE ROW LEVEL SECURITY;
ALTER TABLE statistics_wait FORCE ROW LEVEL SECURITY;
-- The web role has no grant: it reads numbers from `statistics_lead_times`.
CREATE POLICY owner_works ON statistics_wait TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));
