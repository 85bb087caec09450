-- The lines of a letter to a person, for the bound privacy officer, the newest first; see oversight_letter_rows. Only what
-- the letter says: no user, no other person. `institution` is a name; "" without one.
CREATE OR REPLACE FUNCTION oversight_letter(p_insz text, p_before timestamptz, p_most integer)
RETURNS TABLE (id uuid, at timestamptz, kind text, channel text, institution text, capacity text, legal_basis text,
               blocks text[], purpose text, is_escape boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT c.id, c.at, c.kind::text, c.channel::text, coalesce(n.name, '')::text, c.capacity::text, c.legal_basis::text,
      c.blocks::text[], c.purpose::text, c.escape_id IS NOT NULL
    FROM oversight_letter_rows(p_insz, oversight_letter_institutions(), p_before, 'portal', p_most) c
    LEFT JOIN partners_institution n ON n.id = c.institution_id
    ORDER BY c.at DESC, c.id DESC;
END $$;
REVOKE ALL ON FUNCTION oversight_letter(text, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oversight_letter(text, timestamptz, integer) TO kbi_web;
