-- Write the row of the log that the bound privacy officer kept looks at this person confidential, or no longer. The number
-- is in `numbers`: the row shows nothing of the person, so no letter names it.
CREATE OR REPLACE FUNCTION oversight_log_withholding(p_insz text, p_withholding uuid) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
  INSERT INTO consultations_consultation (id, at, kind, channel, outcome, user_id, role, institution_id, numbers, target)
  VALUES (gen_random_uuid(), clock_timestamp(), 'withholding', 'portal', 'shown', app_user(), app_role(),
          app_institution(), ARRAY[p_insz], p_withholding::text)
$$;
REVOKE ALL ON FUNCTION oversight_log_withholding(text, uuid) FROM PUBLIC;
