-- How many clients each colleague of the bound institution has in their caseload today, and how many clients have no
-- colleague (user NULL). Clients who wait for the KBI count. Those with a dossier are counted by their lines, which are in
-- force already: asking each of 150,000 inscriptions again takes three times as long.
CREATE OR REPLACE FUNCTION persons_count_caseloads() RETURNS TABLE (user_id bigint, clients bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH waiting AS MATERIALIZED (
    SELECT DISTINCT g.institution_id, g.insz FROM persons_inscription_counting g
    WHERE g.institution_id = (SELECT app_institution()) AND g.person_id IS NULL
  )
  SELECT k.user_id, count(*) FROM (
    SELECT c.user_id FROM persons_caseloadrow c
    WHERE c.institution_id = (SELECT app_institution()) AND EXISTS (
      SELECT FROM persons_clientlistentry e WHERE e.institution_id = (SELECT app_institution()) AND e.insz = c.insz)
    UNION ALL
    SELECT c.user_id FROM waiting w LEFT JOIN persons_caseloadrow c USING (institution_id, insz)
    UNION ALL
    SELECT NULL FROM (
      SELECT DISTINCT e.insz FROM persons_clientlistentry e
      WHERE e.institution_id = (SELECT app_institution()) AND NOT e.in_caseload
    ) free
  ) k
  GROUP BY k.user_id
$$;
REVOKE ALL ON FUNCTION persons_count_caseloads() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_count_caseloads() TO kbi_web;
