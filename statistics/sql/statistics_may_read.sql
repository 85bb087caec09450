CREATE OR REPLACE FUNCTION statistics_may_read(p_institution bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT app_scope() = 'agency' OR coalesce(p_institution = app_institution(), false) $$;
