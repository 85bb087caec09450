-- Whether the person of a line of the client list has another line at the same institution on `p_day` that ranks higher: it
-- shows more, or as much and has the lower inscription. Runs as who asks, so that the policies of the list apply.
CREATE OR REPLACE FUNCTION persons_is_outranked(
  p_institution bigint, p_insz text, p_shows smallint, p_inscription bigint, p_day date
) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM persons_clientlistentry o
    WHERE o.institution_id = p_institution AND o.insz = p_insz AND o.counts_from <= p_day AND o.counts_until >= p_day
      AND (o.shows > p_shows OR o.shows = p_shows AND o.inscription_id < p_inscription)) $$;
