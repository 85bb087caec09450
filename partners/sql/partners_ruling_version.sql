-- The version of a mandate whose rules hold for a step of a day: the one in force, or else the last one before it. A
-- client whose mandate has ended can so be ended as long as the inscription runs. NULL without a confirmed version.
CREATE OR REPLACE FUNCTION partners_ruling_version(p_mandate bigint, p_day date) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT v.id FROM partners_mandateversion v WHERE v.mandate_id = p_mandate AND v.status = 'confirmed'
  ORDER BY app_covers(v.valid_from, v.valid_until, p_day) DESC, v.valid_from <= p_day DESC, v.valid_from DESC LIMIT 1 $$;
