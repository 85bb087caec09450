-- The rows of an uploaded list go with it, also those that a rule above every mandate keeps from its user by now.
CREATE OR REPLACE FUNCTION caseload_forget_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM caseload_uploadrow WHERE upload_id = OLD.id;
  RETURN OLD;
END $$;
