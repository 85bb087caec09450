-- Fill in the user's name and check the role, so that no statement of the web role can log a look in another name or in
-- a role that the user does not have.
CREATE OR REPLACE FUNCTION consultations_name_the_user() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.user_name := '';
  IF NEW.user_id IS NOT NULL THEN
    SELECT coalesce(nullif(btrim(u.first_name || ' ' || u.last_name), ''), u.email) INTO NEW.user_name
    FROM partners_user u WHERE u.id = NEW.user_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the log names a user who does not exist' USING ERRCODE = '42501';
    END IF;
  END IF;
  IF NEW.role <> '' AND NOT partners_has_role(NEW.user_id, NEW.institution_id, NEW.role,
                                              (NEW.at AT TIME ZONE 'Europe/Brussels')::date) THEN
    RAISE EXCEPTION 'the log names a role that the user does not have' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
