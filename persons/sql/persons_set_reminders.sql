-- Set a reminder for the clients of inscriptions of the bound institution, as a case worker. They need not be in the own
-- caseload, but must be in someone's, or no one would see the reminder. All of them or none. Returns for each
-- inscription 'set', 'exists' (there is an open one of that day and subject), 'left' (not set because of another one), or
-- why not: 'not_found' (also one that does not count today), 'no_caseload', 'day' (past, or more than two years ahead).
CREATE OR REPLACE FUNCTION persons_set_reminders(p_inscriptions uuid[], p_day date, p_subject text)
RETURNS TABLE (public_id uuid, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM partners_require_role('case_worker');
  -- One institution's caseloads, reminders and inscriptions change one at a time.
  PERFORM pg_advisory_xact_lock(7050802, app_institution()::integer);
  RETURN QUERY
  WITH asked AS (
    SELECT DISTINCT a.id, i.insz,
      CASE WHEN NOT persons_may_remind_on(p_day) THEN 'day'
        WHEN i.insz IS NULL THEN 'not_found'
        WHEN NOT EXISTS (SELECT FROM persons_caseloadrow c
                         WHERE c.institution_id = app_institution() AND c.insz = i.insz) THEN 'no_caseload' END AS wrong
    FROM unnest(p_inscriptions) a (id)
    LEFT JOIN LATERAL (
      SELECT i.insz FROM persons_inscription i
      WHERE i.public_id = a.id AND i.institution_id = app_institution()
        AND (i.id = ANY (app_hidden())) IS NOT TRUE
        AND EXISTS (SELECT FROM persons_inscription_counting g WHERE g.id = i.id OFFSET 0)
    ) i ON true
  ), made AS (
    INSERT INTO persons_reminder (public_id, institution_id, insz, day, subject, set_by_id, set_at)
    SELECT gen_random_uuid(), app_institution(), c.insz, p_day, p_subject, app_user(), now()
    FROM (SELECT DISTINCT insz FROM asked) c
    WHERE NOT EXISTS (SELECT FROM asked WHERE wrong IS NOT NULL)
    ON CONFLICT (institution_id, insz, day, subject) WHERE done_at IS NULL DO NOTHING
    RETURNING insz
  )
  SELECT a.id, coalesce(a.wrong, CASE
    WHEN EXISTS (SELECT FROM asked WHERE wrong IS NOT NULL) THEN 'left'
    WHEN a.insz IN (SELECT insz FROM made) THEN 'set' ELSE 'exists' END)
  FROM asked a;
END $$;
REVOKE ALL ON FUNCTION persons_set_reminders(uuid[], date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_set_reminders(uuid[], date, text) TO kbi_web;
