-- The first rule above every mandate that keeps a person from a user, NULL if they may see the person. The same decision
-- in Python: persons/rules.py. Facts that are not known refuse nothing.
CREATE OR REPLACE FUNCTION persons_rule_of(p_is_own boolean, p_is_colleague boolean, p_is_shielded boolean,
  p_is_named boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN p_is_own THEN 'own_file'
    WHEN p_is_named THEN NULL
    WHEN p_is_colleague THEN 'colleague'
    WHEN p_is_shielded THEN 'shielded' END $$;
