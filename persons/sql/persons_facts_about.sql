-- What the rules above every mandate know of one number; see persons_facts_of. p_hash is the hash of a number that may have
-- none stored yet.
CREATE OR REPLACE FUNCTION persons_facts_about(p_user bigint, p_institution bigint, p_insz text, p_hash bytea,
  OUT is_own boolean, OUT is_colleague boolean, OUT is_shielded boolean, OUT is_named boolean)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
  SELECT coalesce(bool_or(f.is_own), false), coalesce(bool_or(f.is_colleague), false),
    coalesce(bool_or(f.is_shielded), false), coalesce(bool_or(f.is_named), false)
  FROM persons_facts_of(p_user, p_institution, ARRAY[p_insz], ARRAY[p_hash]) f
$$;
REVOKE ALL ON FUNCTION persons_facts_about(bigint, bigint, text, bytea) FROM PUBLIC;
