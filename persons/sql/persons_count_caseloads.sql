-- How many clients each colleague of the bound institution has in their caseload today, and how many clients have no
-- colleague (user NULL). Clients who wait for the KBI count.
CREATE OR REPLACE FUNCTION persons_count_caseloads() RETURNS TABLE (user_id bigint, clients bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH clients AS (
    SELECT DISTINCT g.insz FROM persons_inscription_counting g WHERE g.institution_id = (SELECT app_institution())
  )
  SELECT c.user_id, count(*) FROM clients k
  LEFT JOIN persons_caseloadrow c ON c.institution_id = (SELECT app_institution()) AND c.insz = k.insz
  GROUP BY c.user_id
$$;
REVOKE ALL ON FUNCTION persons_count_caseloads() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_count_caseloads() TO kbi_web;
