-- django-guardian reads this view as the user permissions of persons: the caseloads of the bound institution, for the
-- persons it has a dossier of today. A row of a client who waits for the KBI is here once the dossier arrives.
CREATE VIEW persons_followed WITH (security_invoker = true) AS
  SELECT c.id, c.user_id, p.id AS content_object_id, a.id AS permission_id
  FROM persons_caseloadrow c
  JOIN persons_person p ON p.insz = c.insz
  CROSS JOIN (
    SELECT a.id FROM auth_permission a JOIN django_content_type t ON t.id = a.content_type_id
    WHERE t.app_label = 'persons' AND t.model = 'person' AND a.codename = 'follow_person'
  ) a
  WHERE c.institution_id = (SELECT app_institution()) AND EXISTS (
    SELECT 1 FROM persons_inscription_in_force g
    WHERE g.institution_id = c.institution_id AND g.person_id = p.id OFFSET 0);

GRANT SELECT ON persons_followed TO kbi_web;
