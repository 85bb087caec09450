-- Note at the access of the bound user to the bound institution when they signed in last. The portal calls it at the first
-- page that they open there after signing in, so that no institution learns when its colleague works for another.
CREATE OR REPLACE FUNCTION partners_note_sign_in() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE partners_membership m SET last_sign_in = u.last_login FROM partners_user u
  WHERE u.id = app_user() AND m.user_id = u.id AND m.institution_id = app_institution()
    AND m.last_sign_in IS DISTINCT FROM u.last_login $$;
REVOKE ALL ON FUNCTION partners_note_sign_in() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_note_sign_in() TO kbi_web;
