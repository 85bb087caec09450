-- Carry the inscriptions of an institution over to its successor, of the same kind, from a day on. Returns one row for
-- each inscription that is not over by then: the outcome of `persons_carry_over`, or why it stays where it was
-- ('no_mandate': the successor has no mandate for the capacity on the first day). Inscriptions keep the mandate of the
-- kind unless the successor registers under its own one in that capacity; the longest period of another mandate counts
-- from the first day under it.
CREATE OR REPLACE FUNCTION persons_succeed(p_old bigint, p_new bigint, p_from date)
RETURNS TABLE (public_id uuid, capacity text, outcome text)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_row record;
BEGIN
  PERFORM persons_lock_institutions(ARRAY[p_old, p_new], false);
  FOR v_row IN
    SELECT i.id, i.public_id, i.insz, m.capacity, i.mandate_id AS old_mandate, f.mandate_id, f.latest
    FROM persons_inscription i
    JOIN partners_mandate m ON m.id = i.mandate_id
    LEFT JOIN LATERAL persons_mandate_for(p_new, m.capacity, greatest(i.valid_from, p_from)) f ON true
    WHERE i.institution_id = p_old AND i.voided_at IS NULL AND i.valid_until >= p_from
    ORDER BY i.id
  LOOP
    public_id := v_row.public_id;
    capacity := v_row.capacity;
    outcome := CASE WHEN v_row.mandate_id IS NULL THEN 'no_mandate' ELSE
      persons_carry_over(v_row.id, p_new, v_row.insz, v_row.mandate_id, p_from,
        CASE WHEN v_row.mandate_id <> v_row.old_mandate THEN v_row.latest END, 'succession') END;
    RETURN NEXT;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION persons_succeed(bigint, bigint, date) FROM PUBLIC;
