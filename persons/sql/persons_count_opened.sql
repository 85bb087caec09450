-- How many institutions and clients a version concerns on its first day: inscriptions under its mandate that cover that
-- day, at institutions that are open. Numbers only, and only on the pages of the agency.
CREATE OR REPLACE FUNCTION persons_count_opened(p_version bigint)
RETURNS TABLE (institution_kind text, institutions bigint, clients bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_agency();
  RETURN QUERY
    SELECT n.kind::text, count(DISTINCT i.institution_id), count(DISTINCT (i.institution_id, i.person_id))
    FROM partners_mandateversion v
    JOIN persons_inscription i ON i.mandate_id = v.mandate_id
      AND app_covers(i.valid_from, i.valid_until, v.valid_from)
    JOIN partners_institution n ON n.id = i.institution_id AND partners_is_open(n.active, n.ended_on, app_today())
    WHERE v.id = p_version AND i.person_id IS NOT NULL AND i.voided_at IS NULL
    GROUP BY n.kind ORDER BY n.kind;
END $$;
REVOKE ALL ON FUNCTION persons_count_opened(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_count_opened(bigint) TO kbi_web;
