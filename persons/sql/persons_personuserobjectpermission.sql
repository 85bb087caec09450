ALTER TABLE persons_personuserobjectpermission ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_personuserobjectpermission FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_personuserobjectpermission TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

CREATE POLICY own_caseload ON persons_personuserobjectpermission TO kbi_web
  USING (user_id = (SELECT app_user()) AND EXISTS (
    SELECT 1 FROM persons_inscription_in_force g
    WHERE g.institution_id = (SELECT app_institution()) AND g.person_id = content_object_id OFFSET 0))
  WITH CHECK (user_id = (SELECT app_user())
    AND permission_id IN (SELECT p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
      WHERE c.app_label = 'persons' AND p.codename = 'follow_person')
    AND EXISTS (
      SELECT 1 FROM persons_inscription_in_force g
      WHERE g.institution_id = (SELECT app_institution()) AND g.person_id = content_object_id OFFSET 0));

GRANT SELECT, INSERT, DELETE ON persons_personuserobjectpermission TO kbi_web;
