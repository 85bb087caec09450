-- The mandate under which an institution registers in a capacity on a day, and the last day it allows: its own goes
-- before that of its kind. `persons_judge_turn` has the same rule, in one statement for many rows;
-- tests/persons/test_succession.py compares them.
CREATE OR REPLACE FUNCTION persons_mandate_for(
  p_institution bigint, p_capacity text, p_day date, OUT mandate_id bigint, OUT latest date
) LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT m.id, (p_day + make_interval(months => v.max_months))::date
  FROM partners_institution n
  JOIN partners_mandate m ON m.capacity = p_capacity AND (m.institution_id = n.id OR m.institution_kind = n.kind)
  JOIN partners_mandateversion v ON v.mandate_id = m.id AND v.status = 'confirmed'
    AND app_covers(v.valid_from, v.valid_until, p_day)
  WHERE n.id = p_institution
  ORDER BY m.institution_id NULLS LAST LIMIT 1
$$;
REVOKE ALL ON FUNCTION persons_mandate_for(bigint, text, date) FROM PUBLIC;
