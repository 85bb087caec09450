-- Who was refused in a period, under an address that is of no institution of the user, among those who had access at
-- p_institution that day: by user how often, and the last time; of the newest 5,000 refusals, and 20 users at most. Not the
-- address and no number: they may be another institution's. For the privacy officers who read the log of p_institution;
-- these rows are of no institution, so no one else sees them.
CREATE OR REPLACE FUNCTION partners_refused_elsewhere(p_institution bigint, p_from timestamptz, p_before timestamptz)
RETURNS TABLE (user_id bigint, user_name text, times integer, last_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
  PERFORM partners_require_log_reader(p_institution);
  RETURN QUERY
    SELECT r.user_id, max(r.user_name)::text, count(*)::integer, max(r.at)
    FROM (SELECT c.user_id, c.user_name, c.at FROM consultations_consultation c
          WHERE c.institution_id IS NULL AND c.outcome = 'refused' AND c.rule <> 'limit'
            AND c.at >= p_from AND c.at < p_before
            -- Inside: the refusals of others must not push these out.
            AND EXISTS (
              SELECT FROM partners_membership m
              WHERE m.user_id = c.user_id AND m.institution_id = p_institution AND m.status = 'confirmed'
                AND app_covers(m.valid_from, m.valid_until, (c.at AT TIME ZONE 'Europe/Brussels')::date))
          ORDER BY c.at DESC LIMIT 5000) r
    GROUP BY r.user_id ORDER BY max(r.at) DESC LIMIT 20;
END $$;
REVOKE ALL ON FUNCTION partners_refused_elsewhere(bigint, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_refused_elsewhere(bigint, timestamptz, timestamptz) TO kbi_web;
