-- A report stays as it was made; not even the owner changes it. A month that is made again has a next version.
CREATE OR REPLACE FUNCTION statistics_report_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'reports are kept as they were made' USING ERRCODE = '42501';
END $$;
