ALTER TABLE persons_handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_handover FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_handover TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY own ON persons_handover FOR SELECT TO kbi_web USING (
  institution_id = (SELECT app_institution())
  AND ((SELECT app_user()) IN (giver_id, receiver_id, made_by_id) OR (SELECT app_role()) = 'local_administrator'));

GRANT SELECT ON persons_handover TO kbi_web;
