-- What was bound of the rules above every mandate is worked out anew in the rest of a transaction that changes what they
-- read. Other transactions bind it when they begin.
CREATE OR REPLACE FUNCTION persons_unbind_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.hidden_for', '', true);
  RETURN NULL;
END $$;
