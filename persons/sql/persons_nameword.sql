ALTER TABLE persons_nameword ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_nameword FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_nameword TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- The same rule as for the line of the client list, whose days these are (persons_clientlistentry.sql).
CREATE POLICY in_force ON persons_nameword FOR SELECT TO kbi_web USING (
  institution_id = (SELECT app_list_institution())
  AND counts_from <= (SELECT app_today()) AND counts_until >= (SELECT app_today())
  AND (inscription_id = ANY ((SELECT app_hidden())::bigint[])) IS NOT TRUE
  AND (SELECT partners_is_open(n.active, n.ended_on, app_today()) FROM partners_institution n
       WHERE n.id = app_institution()));

GRANT SELECT ON persons_nameword TO kbi_web;
