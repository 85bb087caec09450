CREATE OR REPLACE FUNCTION statistics_may_read(p_institution bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT app_scope() = 'agency' OR coalesce(p_institution = ANY (partners_works_for(app_institution())), false) $$;
