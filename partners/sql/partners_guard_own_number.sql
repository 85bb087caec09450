-- The hash of an account's own number is set once, by its owner or on the server, and never changes. It is deleted on the
-- server, for a new key, or in the transaction in which a second person confirmed a clearing.
CREATE OR REPLACE FUNCTION partners_guard_own_number() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  -- Inside a function with the rights of the owner only the session and its role still say who called.
  v_on_server boolean := app_user() IS NULL
    AND coalesce(nullif(current_setting('role'), 'none'), session_user) = 'kbi_owner';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'the number of an account does not change' USING ERRCODE = '42501';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NOT v_on_server AND NEW.user_id IS DISTINCT FROM app_user() THEN
      RAISE EXCEPTION 'a user enters no number but their own' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
  END IF;
  IF NOT v_on_server AND NOT EXISTS (SELECT FROM partners_numberclearing c
                                     WHERE c.user_id = OLD.user_id AND c.confirmed_at = now()) THEN
    RAISE EXCEPTION 'a second person clears the number of an account' USING ERRCODE = '42501';
  END IF;
  RETURN OLD;
END $$;
