-- A report stays as it was made; not even the owner changes it. A month that is made again has a next version. Only when
-- its mail left is noted later, once.
CREATE OR REPLACE FUNCTION statistics_report_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.announced_at IS NULL AND to_jsonb(NEW) - 'announced_at' = to_jsonb(OLD) - 'announced_at' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'reports are kept as they were made' USING ERRCODE = '42501';
END $$;
