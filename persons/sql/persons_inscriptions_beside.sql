-- The inscriptions that an inscription of the same number, under this mandate and on these days, would stand beside: those
-- of the institution in the same capacity, under any mandate, for a second one would double the list line. Under another
-- mandate only the days count on which both mandates are in force, and a mandate that is over doesn't count. The rule of
-- registering and of extending. p_planned has inscriptions by id, with mandate_id, valid_from and valid_until, that a
-- preview takes into account: new ones, and other days of existing ones. PostgreSQL reads the function as part of the
-- statement around it, because it sets nothing.
CREATE OR REPLACE FUNCTION persons_inscriptions_beside(p_institution bigint, p_insz text, p_mandate bigint,
  p_days daterange, p_planned jsonb DEFAULT '{}')
RETURNS TABLE (id bigint, valid_from date, valid_until date) LANGUAGE sql STABLE AS $$
  SELECT i.id, i.valid_from, i.valid_until FROM (
    SELECT i.id, i.mandate_id, i.valid_from, i.valid_until FROM persons_inscription i
    WHERE i.institution_id = p_institution AND i.insz = p_insz AND i.voided_at IS NULL AND NOT p_planned ? i.id::text
    UNION ALL
    SELECT p.key::bigint, (p.value ->> 'mandate_id')::bigint, (p.value ->> 'valid_from')::date,
      (p.value ->> 'valid_until')::date
    FROM jsonb_each(p_planned) p
  ) i
  CROSS JOIN LATERAL (SELECT daterange(i.valid_from, i.valid_until, '[]') * p_days AS days) shared
  WHERE NOT isempty(shared.days)
    AND CASE WHEN i.mandate_id = p_mandate THEN true
      WHEN (SELECT o.capacity FROM partners_mandate o WHERE o.id = i.mandate_id)
        <> (SELECT m.capacity FROM partners_mandate m WHERE m.id = p_mandate) THEN false
      ELSE partners_mandate_days(i.mandate_id) && daterange(app_today(), NULL)
        AND partners_mandate_days(i.mandate_id) * partners_mandate_days(p_mandate) && shared.days END
$$;
REVOKE ALL ON FUNCTION persons_inscriptions_beside(bigint, text, bigint, daterange, jsonb) FROM PUBLIC;
