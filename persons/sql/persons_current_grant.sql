-- django-guardian reads this view as the group permissions of persons, so grants are never copied.
CREATE VIEW persons_current_grant WITH (security_invoker = true) AS
  SELECT g.id, g.person_id AS content_object_id, g.group_id, p.id AS permission_id
  FROM persons_inscription_in_force g
  CROSS JOIN (
    SELECT p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
    WHERE c.app_label = 'persons' AND c.model = 'person' AND p.codename = 'view_person'
  ) p;

GRANT SELECT ON persons_current_grant TO kbi_web;
