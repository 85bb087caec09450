-- The rights of an account change on the agency's pages only. No account becomes one of the agency's staff through the
-- web: an administrator could make a second one and confirm their own proposals with it. No user sets another's password,
-- or the address of an administrator. `email_set_by` is the user who set the address last, the owner of the account or
-- an administrator; empty when it was done on the server.
CREATE OR REPLACE FUNCTION partners_guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.email IS DISTINCT FROM OLD.email THEN
    NEW.email_set_by_id := app_user();
  ELSE
    NEW.email_set_by_id := OLD.email_set_by_id;
  END IF;
  IF NEW.is_active AND TG_OP = 'UPDATE' AND NOT OLD.is_active THEN
    NEW.suspended_at := NULL;
    NEW.reopened_at := now();
  END IF;
  IF current_user = 'kbi_owner' THEN RETURN NEW; END IF;
  IF NEW.is_superuser AND (TG_OP = 'INSERT' OR NOT OLD.is_superuser) THEN
    RAISE EXCEPTION 'no account becomes a superuser through the web' USING ERRCODE = '42501';
  END IF;
  IF NEW.is_staff AND (TG_OP = 'INSERT' OR NOT OLD.is_staff) THEN
    RAISE EXCEPTION 'no account gets the rights of the agency through the web' USING ERRCODE = '42501';
  END IF;
  -- A user who could change a superuser's address could have the reset link sent to their own.
  IF TG_OP = 'UPDATE' AND OLD.is_superuser AND NEW.id IS DISTINCT FROM app_user()
      AND (NEW.email, NEW.is_staff, NEW.is_superuser, NEW.is_active, NEW.first_name, NEW.last_name)
          IS DISTINCT FROM
          (OLD.email, OLD.is_staff, OLD.is_superuser, OLD.is_active, OLD.first_name, OLD.last_name) THEN
    RAISE EXCEPTION 'only a superuser changes their own account' USING ERRCODE = '42501';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.is_staff AND NEW.email IS DISTINCT FROM OLD.email
      AND NEW.id IS DISTINCT FROM app_user() THEN
    RAISE EXCEPTION 'the address of an administrator is changed by its owner' USING ERRCODE = '42501';
  END IF;
  IF app_scope() <> 'agency' AND (TG_OP = 'INSERT'
      -- With suspended_at filled in, a local administrator could reopen an account that the agency closed.
      OR (NEW.email, NEW.is_staff, NEW.is_superuser, NEW.is_active, NEW.suspended_at)
         IS DISTINCT FROM (OLD.email, OLD.is_staff, OLD.is_superuser, OLD.is_active, OLD.suspended_at)) THEN
    RAISE EXCEPTION 'the rights of an account change on the pages of the agency' USING ERRCODE = '42501';
  END IF;
  -- Django writes ! before what is no hash: no password matches it.
  IF TG_OP = 'INSERT' AND NEW.password NOT LIKE '!%' THEN
    RAISE EXCEPTION 'a new account has no password' USING ERRCODE = '42501';
  END IF;
  -- The other account is the one that proved itself in this transaction: by a reset link, or by its password, which may
  -- get a better hash at sign-in (partners/passwords.py).
  IF TG_OP = 'UPDATE' AND NEW.password IS DISTINCT FROM OLD.password
      AND NEW.id IS DISTINCT FROM app_user()
      AND NEW.id::text IS DISTINCT FROM current_setting('app.password_of', true) THEN
    RAISE EXCEPTION 'a user changes no password but their own' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
