-- Is a row of the log about a person with these numbers confidential today? That is a look of an institution on one of the
-- days of a withholding, and meanwhile what its privacy officers read and make about the person: it would say that there is
-- something to read. A withholding also covers the looks of those that the institution succeeded, whatever became of it
-- since, and every number of the person, the older and the newer ones. In Python: `Withholding.is_in_force`.
CREATE OR REPLACE FUNCTION oversight_is_withheld(p_institution bigint, p_numbers text[], p_at timestamptz, p_kind text)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH RECURSIVE later(id) AS (
    SELECT p_institution
    UNION
    SELECT n.successor_id FROM partners_institution n JOIN later ON n.id = later.id WHERE n.successor_id IS NOT NULL
  )
  SELECT EXISTS (
    SELECT FROM oversight_withholding w
    WHERE w.ended_at IS NULL AND app_today() <= w.valid_until
      AND (w.insz = ANY (p_numbers) OR oversight_numbers_of(w.insz, NULL) && p_numbers)
      AND ((p_at AT TIME ZONE 'Europe/Brussels')::date BETWEEN w.first_day AND w.last_day
           OR p_kind IN ('log_reading', 'log_export', 'person_report'))
      AND w.institution_id IN (SELECT id FROM later))
$$;
REVOKE ALL ON FUNCTION oversight_is_withheld(bigint, text[], timestamptz, text) FROM PUBLIC;
