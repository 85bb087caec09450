-- Reports and published months stay as they were made; not even the owner changes one. Made again, it has a next version.
-- Only when the mail about a report left is noted later, once.
CREATE OR REPLACE FUNCTION statistics_report_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_old jsonb := to_jsonb(OLD);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF v_old -> 'announced_at' = 'null' AND to_jsonb(NEW) - 'announced_at' = v_old - 'announced_at' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'reports and published months are kept as they were made' USING ERRCODE = '42501';
END $$;
