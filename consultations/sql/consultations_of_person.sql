-- The looks of an institution at one person, the newest first: those at the file, and those where the number was asked for
-- or was one of several that a list, search or file showed. At most p_limit of them, of p_kinds (NULL: all), dated from
-- p_from to p_before. With p_last only those after the row (p_before, p_last), for the next page.
--
-- Row-level security is not forced on the owner of the log, so its indexes serve: `@>` is not leakproof. The number
-- alone decides inside, so that no other index looks cheaper, and the months are read one after the other, the newest
-- first. In steps of a year: in a period without the default partition PostgreSQL stops as soon as it has enough.
CREATE OR REPLACE FUNCTION consultations_of_person(
  p_institution bigint, p_insz text, p_kinds text[], p_from timestamptz, p_before timestamptz, p_last uuid,
  p_limit integer
) RETURNS SETOF consultations_consultation
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  v_until timestamptz := p_before + interval '1 microsecond';
  v_from timestamptz;
  v_remaining bigint := p_limit;
  v_read bigint;
BEGIN
  PERFORM partners_require_log_reader(p_institution);
  WHILE v_remaining > 0 AND v_until > p_from LOOP
    v_from := greatest(p_from, v_until - interval '1 year');
    RETURN QUERY SELECT looks.* FROM (
        SELECT c.* FROM consultations_consultation c
        WHERE (c.insz = p_insz
               OR c.numbers <> '{}' AND c.numbers @> ARRAY[p_insz]::varchar[]
               OR c.shown <> '{}' AND c.shown @> ARRAY[p_insz]::varchar[])
          AND c.at >= v_from AND c.at < v_until
        ORDER BY c.at DESC, c.id DESC OFFSET 0
      ) looks
      -- Not what was refused as an own or a colleague's file: the number would say whose account it is.
      WHERE looks.institution_id = p_institution AND looks.rule NOT IN ('own_file', 'colleague')
        AND (p_kinds IS NULL OR looks.kind = ANY (p_kinds))
        AND (p_last IS NULL OR looks.at < p_before OR looks.id < p_last)
      LIMIT v_remaining;
    GET DIAGNOSTICS v_read = ROW_COUNT;
    v_remaining := v_remaining - v_read;
    v_until := v_from;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION consultations_of_person(bigint, text, text[], timestamptz, timestamptz, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consultations_of_person(bigint, text, text[], timestamptz, timestamptz, uuid, integer) TO kbi_web;
