-- A successor reads detours, questions, figures and the log of its predecessors. Only the server says who succeeds
-- (`manage.py succeed`): an administrator could otherwise give them to any institution.
CREATE OR REPLACE FUNCTION partners_keep_successor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user <> 'kbi_owner' AND (NEW.successor_id, NEW.ended_on) IS DISTINCT FROM
      (CASE WHEN TG_OP = 'UPDATE' THEN OLD.successor_id END, CASE WHEN TG_OP = 'UPDATE' THEN OLD.ended_on END) THEN
    RAISE EXCEPTION 'only the server says which institution succeeds' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
