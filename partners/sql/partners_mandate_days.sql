-- The days on which a mandate has a version in force.
CREATE OR REPLACE FUNCTION partners_mandate_days(p_mandate bigint) RETURNS datemultirange
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(range_agg(daterange(valid_from, valid_until, '[]')), '{}') FROM partners_mandateversion
  WHERE mandate_id = p_mandate AND status = 'confirmed' $$;
