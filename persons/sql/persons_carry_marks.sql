-- Users who follow a person go on to follow them under another number.
CREATE OR REPLACE FUNCTION persons_carry_marks(p_old_insz text, p_new_insz text) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
  INSERT INTO persons_personuserobjectpermission (user_id, permission_id, content_object_id)
  SELECT f.user_id, f.permission_id, n.id
  FROM persons_personuserobjectpermission f
  JOIN persons_person p ON p.id = f.content_object_id AND p.insz = p_old_insz
  JOIN persons_person n ON n.insz = p_new_insz
  WHERE p_old_insz <> p_new_insz
  ON CONFLICT DO NOTHING
$$;
REVOKE ALL ON FUNCTION persons_carry_marks(text, text) FROM PUBLIC;
