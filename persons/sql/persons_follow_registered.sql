-- Carry what the bound institution just registered under replaced numbers over to the newer numbers at once, as the next
-- import would (`persons_follow_numbers`). Returns the numbers that were replaced, with the newer one. Only inscriptions
-- that have begun: before, the institution does not learn whether the KBI knows the number.
CREATE OR REPLACE FUNCTION persons_follow_registered(p_numbers text[]) RETURNS TABLE (old_insz text, new_insz text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  v_row record;
  -- As in persons_register_inscriptions: a command on the server works as the owner, for no user.
  v_is_import boolean := app_user() IS NULL
    AND coalesce(nullif(current_setting('role'), 'none'), session_user) = current_user;
BEGIN
  IF app_institution() IS NULL THEN
    RAISE EXCEPTION 'inscriptions of the bound institution are carried over' USING ERRCODE = '42501';
  END IF;
  IF NOT v_is_import THEN PERFORM partners_require_role('case_worker', 'local_administrator'); END IF;
  PERFORM persons_lock_institutions(ARRAY[app_institution()], false);
  FOR v_row IN
    SELECT r.* FROM persons_replaced_number r
    WHERE r.institution_id = app_institution() AND r.old_insz = ANY (p_numbers) AND r.valid_from <= app_today()
    ORDER BY r.inscription_id
  LOOP
    PERFORM persons_carry_over(v_row.inscription_id, app_institution(), v_row.new_insz, v_row.mandate_id, app_today(),
                               NULL, 'number_replaced');
    old_insz := v_row.old_insz;
    new_insz := v_row.new_insz;
    RETURN NEXT;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION persons_follow_registered(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_follow_registered(text[]) TO kbi_web;
