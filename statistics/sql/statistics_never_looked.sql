-- Which of these users (p_users, each at the institution in the same place of p_institutions) opened no file there before
-- p_until. One probe of an index for each user and month of the log, however many rows it has.
CREATE OR REPLACE FUNCTION statistics_never_looked(p_institutions bigint[], p_users bigint[], p_until timestamptz)
RETURNS TABLE (institution_id bigint, user_id bigint)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT c.institution_id, c.user_id FROM unnest(p_institutions, p_users) AS c(institution_id, user_id)
    WHERE (SELECT true FROM consultations_consultation l
           WHERE l.user_id = c.user_id AND l.institution_id = c.institution_id AND l.at < p_until
             AND l.kind IN ('file', 'escape_file') AND l.outcome = 'shown'
           LIMIT 1) IS NULL;
END $$;
REVOKE ALL ON FUNCTION statistics_never_looked(bigint[], bigint[], timestamptz) FROM PUBLIC;
