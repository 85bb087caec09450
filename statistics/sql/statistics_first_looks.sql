-- The first look at each inscription in the rows of the log with a transaction number from p_from up to but not including
-- p_until (NULL: all later ones), dated after p_after and before p_before: files shown in the portal, the figure `consultation`. The wait
-- begins on the day of the registration, or on the first day of the inscription if that is later. Only of registrations
-- by a user, on or after p_begins, the first day of the log: of earlier ones the log does not show the first look. An
-- inscription that took over the days of another one has no first look of its own.
CREATE OR REPLACE FUNCTION statistics_first_looks(p_from xid8, p_until xid8, p_after timestamptz, p_before timestamptz,
  p_begins date)
RETURNS TABLE (subject_id bigint, institution_id bigint, began_on date, ended_on date)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH look AS MATERIALIZED (
    SELECT inscription_id, statistics_day(min(at)) AS day FROM consultations_consultation
    WHERE xid >= p_from AND (p_until IS NULL OR xid < p_until) AND at > p_after AND at < p_before
      AND channel = 'portal' AND kind = 'file' AND outcome = 'shown' AND inscription_id IS NOT NULL
    GROUP BY 1
  )
  SELECT i.id, i.institution_id, b.day, greatest(b.day, look.day)
  FROM look JOIN persons_inscription i ON i.id = look.inscription_id
  CROSS JOIN LATERAL (SELECT greatest(i.valid_from, statistics_day(i.registered_at)) AS day) b
  WHERE i.voided_at IS NULL AND i.carried_from_id IS NULL AND i.registered_by_id IS NOT NULL
    AND i.registered_at >= statistics_begin(coalesce(p_begins, '-infinity'))
$$;
REVOKE ALL ON FUNCTION statistics_first_looks(xid8, xid8, timestamptz, timestamptz, date) FROM PUBLIC;
