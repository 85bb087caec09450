-- The escapes that open a file now, with the blocks they show: within their hours, under a version in force today that has
-- blocks for it, of an open account with access as a case worker that is not of the agency's staff, and of a person whom no
-- rule above every mandate keeps from the bound user. The same rule in Python: `EscapeQuerySet.in_force`;
-- tests/persons/test_escapes.py compares them.
CREATE VIEW persons_escape_in_force WITH (security_invoker = true) AS
  SELECT e.id, e.institution_id, e.user_id, e.insz, e.version_id, v.escape_blocks AS blocks
  FROM persons_escape e
  JOIN partners_mandateversion v ON v.id = e.version_id
  JOIN partners_user u ON u.id = e.user_id
  WHERE e.at <= statement_timestamp() AND e.ends_at > statement_timestamp()
    AND v.status = 'confirmed' AND app_covers(v.valid_from, v.valid_until, app_today())
    AND NOT u.is_staff AND NOT u.is_superuser
    AND partners_has_role(e.user_id, e.institution_id, 'case_worker', app_today())
    AND (e.insz = ANY ((SELECT app_hidden_numbers())::text[])) IS NOT TRUE;

GRANT SELECT ON persons_escape_in_force TO kbi_web;
