-- The inscription that a step is about, for the functions that take the step: an inscription of the bound institution,
-- the last day to which its mandate lets it be extended today (NULL: the mandate is over), and why the bound user may not
-- take the step (refusal; NULL: they may). The version that rules the step is the one of today, or of the first day of an
-- inscription that has not begun; see `partners_ruling_version`. Steps of one institution go one at a time: the second of
-- two colleagues waits here, and then sees the step of the first.
CREATE OR REPLACE FUNCTION persons_own_inscription(p_inscription uuid, OUT id bigint, OUT insz text,
  OUT mandate_id bigint, OUT valid_from date, OUT valid_until date, OUT registered_on date, OUT longest_until date,
  OUT refusal text)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_registrar text;
  v_voided boolean;
BEGIN
  PERFORM partners_require_role();
  PERFORM pg_advisory_xact_lock(7050802, app_institution()::integer);
  SELECT i.id, i.insz, i.mandate_id, i.valid_from, i.valid_until, i.voided_at IS NOT NULL,
    (i.registered_at AT TIME ZONE 'Europe/Brussels')::date, v.may_register,
    CASE WHEN app_covers(v.valid_from, v.valid_until, greatest(i.valid_from, app_today()))
      THEN (app_today() + make_interval(months => v.max_months))::date END
  INTO id, insz, mandate_id, valid_from, valid_until, v_voided, registered_on, v_registrar, longest_until
  FROM persons_inscription i
  JOIN partners_institution n ON n.id = i.institution_id
  LEFT JOIN partners_mandateversion v
    ON partners_is_open(n.active, n.ended_on, app_today()) AND v.id = partners_ruling_version(i.mandate_id, greatest(i.valid_from, app_today()))
  WHERE i.public_id = p_inscription AND i.institution_id = app_institution() AND (i.id = ANY (app_hidden())) IS NOT TRUE;
  refusal := CASE
    WHEN NOT FOUND THEN 'not_found'
    WHEN v_voided OR valid_until < app_today() THEN 'over'
    WHEN v_registrar IS NULL THEN 'no_mandate'
    WHEN v_registrar <> app_role() THEN 'not_allowed' END;
END $$;
REVOKE ALL ON FUNCTION persons_own_inscription(uuid) FROM PUBLIC;
