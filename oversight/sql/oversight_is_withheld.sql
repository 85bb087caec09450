-- Is a look of an institution at a person with these numbers confidential today? Also one of an institution that the one
-- that asked for it succeeded. In Python: `Withholding.is_in_force`.
CREATE OR REPLACE FUNCTION oversight_is_withheld(p_institution bigint, p_numbers text[], p_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM oversight_withholding w
    WHERE w.insz = ANY (p_numbers) AND w.ended_at IS NULL AND app_today() <= w.valid_until
      AND (p_at AT TIME ZONE 'Europe/Brussels')::date BETWEEN w.first_day AND w.last_day
      AND (w.institution_id = p_institution OR p_institution = ANY (partners_works_for(w.institution_id))))
$$;
REVOKE ALL ON FUNCTION oversight_is_withheld(bigint, text[], timestamptz) FROM PUBLIC;
