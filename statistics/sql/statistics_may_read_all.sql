-- NULL stands for every institution.
CREATE OR REPLACE FUNCTION statistics_may_read_all(p_institutions bigint[]) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT app_scope() = 'agency' OR coalesce(p_institutions <@ partners_works_for(app_institution()), false) $$;
