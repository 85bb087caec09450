-- From where an inscription of the bound institution was carried over: since which day, and either the replaced number
-- (its own) or the name of the institution that it succeeded; the other one is empty. No row if it was not carried over.
-- A function, because the web role reads no inscription of another institution.
CREATE OR REPLACE FUNCTION persons_carried_from(p_inscription bigint)
RETURNS TABLE (since date, insz text, institution text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT (e.at AT TIME ZONE 'Europe/Brussels')::date,
    CASE WHEN old.insz <> i.insz THEN old.insz ELSE '' END,
    CASE WHEN old.institution_id <> i.institution_id THEN n.name ELSE '' END
  FROM persons_inscription i
  JOIN persons_inscription old ON old.id = i.carried_from_id
  JOIN partners_institution n ON n.id = old.institution_id
  -- The step of the one that was taken over has a last day before it.
  JOIN persons_inscriptionevent e ON e.inscription_id = i.id AND e.what = 'carried_over' AND e.old_until IS NULL
  WHERE i.id = p_inscription AND i.institution_id = app_institution()
$$;
REVOKE ALL ON FUNCTION persons_carried_from(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_carried_from(bigint) TO kbi_web;
