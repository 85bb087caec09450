-- Numbers with every number of the same person (the same unique number), themselves too: an inscription goes over to a newer
-- number, and no rule above every mandate may end with that. Without a setting of its own, so that PostgreSQL plans it as a
-- part of the query that calls it.
CREATE OR REPLACE FUNCTION persons_numbers_of(p_numbers text[]) RETURNS TABLE (asked text, insz text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT n, n FROM unnest(p_numbers) n
  UNION
  SELECT p.insz, o.insz FROM public.persons_person p
  JOIN public.persons_person o ON o.unique_number = p.unique_number
  WHERE p.insz = ANY (p_numbers) AND p.unique_number <> '' AND o.unique_number <> ''
$$;
REVOKE ALL ON FUNCTION persons_numbers_of(text[]) FROM PUBLIC;
