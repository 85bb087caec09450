-- The inscriptions that an inscription of the same number, under this mandate and on these days, would stand beside: those
-- of the institution in the same capacity, under any mandate, for a second one would double the list line. Under another
-- mandate only the days count on which both mandates are in force, and a mandate that is over doesn't count. The rule of
-- registering and of extending. PostgreSQL reads it as part of the statement around it, because it sets nothing.
CREATE OR REPLACE FUNCTION persons_inscriptions_beside(p_institution bigint, p_insz text, p_mandate bigint, p_days daterange)
RETURNS TABLE (id bigint, valid_from date, valid_until date) LANGUAGE sql STABLE AS $$
  SELECT i.id, i.valid_from, i.valid_until FROM persons_inscription i
  CROSS JOIN LATERAL (SELECT daterange(i.valid_from, i.valid_until, '[]') * p_days AS days) shared
  WHERE i.institution_id = p_institution AND i.insz = p_insz AND i.voided_at IS NULL AND NOT isempty(shared.days)
    AND CASE WHEN i.mandate_id = p_mandate THEN true
      WHEN (SELECT o.capacity FROM partners_mandate o WHERE o.id = i.mandate_id)
        <> (SELECT m.capacity FROM partners_mandate m WHERE m.id = p_mandate) THEN false
      ELSE partners_mandate_days(i.mandate_id) && daterange(app_today(), NULL)
        AND partners_mandate_days(i.mandate_id) * partners_mandate_days(p_mandate) && shared.days END
$$;
REVOKE ALL ON FUNCTION persons_inscriptions_beside(bigint, text, bigint, daterange) FROM PUBLIC;
