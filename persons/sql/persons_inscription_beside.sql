-- Does the institution have an inscription of this number in the same capacity on one of these days? Under another
-- mandate only the days count on which both mandates are in force. `persons_register_inscriptions` has the same rule, in
-- one statement for many rows; tests/persons/test_changing.py compares them.
CREATE OR REPLACE FUNCTION persons_inscription_beside(p_institution bigint, p_insz text, p_mandate bigint, p_days daterange)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM persons_inscription i
    JOIN partners_mandate o ON o.id = i.mandate_id
    JOIN partners_mandate m ON m.id = p_mandate AND m.capacity = o.capacity
    WHERE i.institution_id = p_institution AND i.insz = p_insz AND i.voided_at IS NULL
      AND daterange(i.valid_from, i.valid_until, '[]') && p_days
      AND (o.id = m.id OR partners_mandate_days(o.id) * partners_mandate_days(m.id)
                          && daterange(i.valid_from, i.valid_until, '[]') * p_days))
$$;
REVOKE ALL ON FUNCTION persons_inscription_beside(bigint, text, bigint, daterange) FROM PUBLIC;
