-- Where days that are carried over (p_new) meet days that are there already (p_there): those that end last stay, the others
-- end the day before the ones that stay begin. Empty: nothing is left of them. With the same end those that are there
-- stay. Together they cover the same days as before. Compare new days with those that end last first.
CREATE OR REPLACE FUNCTION app_merge_days(INOUT p_new daterange, INOUT p_there daterange)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF NOT p_new && p_there THEN
    RETURN;
  END IF;
  IF coalesce(upper(p_there), 'infinity') >= coalesce(upper(p_new), 'infinity') THEN
    p_new := p_new * daterange(NULL, lower(p_there));
  ELSE
    p_there := p_there * daterange(NULL, lower(p_new));
  END IF;
END $$;
