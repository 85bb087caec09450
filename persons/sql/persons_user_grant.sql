-- django-guardian reads this view as the user permissions of persons: `follow_person` of the caseloads, and `view_person`
-- of the bound escape while it is in force. Nothing is copied, and the hours decide at every read.
CREATE VIEW persons_user_grant WITH (security_invoker = true) AS
  SELECT id, user_id, content_object_id, permission_id FROM persons_followed
  UNION ALL
  SELECT -e.id, e.user_id, p.id, a.id
  FROM persons_escape_in_force e
  JOIN persons_person p ON p.insz = e.insz
  CROSS JOIN (
    SELECT a.id FROM auth_permission a JOIN django_content_type t ON t.id = a.content_type_id
    WHERE t.app_label = 'persons' AND t.model = 'person' AND a.codename = 'view_person'
  ) a
  WHERE e.id = (SELECT app_escape()) AND e.institution_id = (SELECT app_institution());

GRANT SELECT ON persons_user_grant TO kbi_web;
