-- Reports and published months stay as they were made; not even the owner changes one. Made again, it has a next version.
CREATE OR REPLACE FUNCTION statistics_report_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'reports and published months are kept as they were made' USING ERRCODE = '42501';
END $$;
