-- The looks of a letter to a person, the newest first: those of these institutions (NULL: all) that showed something about
-- the person before a moment, less those that are confidential today. It writes the row of the log first of all it returns.
-- p_most limits them (NULL: no limit). For the functions that check who asks, and for `manage.py person_report`.
CREATE OR REPLACE FUNCTION oversight_letter_rows(
  p_insz text, p_institutions bigint[], p_before timestamptz, p_channel text, p_most integer
) RETURNS SETOF consultations_consultation
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_numbers text[] := oversight_numbers_of(p_insz, p_institutions);
  v_is_withheld boolean := EXISTS (
    SELECT FROM oversight_withholding w WHERE w.ended_at IS NULL AND app_today() <= w.valid_until
      AND (w.insz = ANY (v_numbers) OR oversight_numbers_of(w.insz, NULL) && v_numbers));
  v_found bigint;
BEGIN
  RETURN QUERY
    SELECT c.* FROM consultations_about_person(v_numbers, p_institutions, p_before) c
    WHERE NOT v_is_withheld OR NOT oversight_is_withheld(c.institution_id, v_numbers, c.at, c.kind)
    ORDER BY c.at DESC, c.id DESC LIMIT p_most;
  GET DIAGNOSTICS v_found = ROW_COUNT;
  INSERT INTO consultations_consultation (id, at, kind, channel, outcome, user_id, role, institution_id, numbers, shown)
  VALUES (gen_random_uuid(), clock_timestamp(), 'person_report', p_channel,
          CASE WHEN v_found > 0 THEN 'shown' ELSE 'empty' END, app_user(), app_role(), app_institution(), ARRAY[p_insz],
          CASE WHEN v_found > 0 THEN v_numbers ELSE '{}' END);
END $$;
REVOKE ALL ON FUNCTION oversight_letter_rows(text, bigint[], timestamptz, text, integer) FROM PUBLIC;
