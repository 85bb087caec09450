-- How many escapes of each institution are past the day on which they were due and have no review; institutions without
-- any have no row. For the agency, which reads no escape.
CREATE OR REPLACE FUNCTION persons_count_late_escapes() RETURNS TABLE (institution_id bigint, late integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_agency();
  RETURN QUERY SELECT e.institution_id, count(*)::integer FROM persons_escape e
    WHERE e.due_on < app_today() AND NOT EXISTS (SELECT FROM persons_escapereview r WHERE r.escape_id = e.id)
    GROUP BY e.institution_id;
END $$;
REVOKE ALL ON FUNCTION persons_count_late_escapes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_count_late_escapes() TO kbi_web;
