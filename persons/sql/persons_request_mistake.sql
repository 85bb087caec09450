-- What is wrong with the days and result of a detour: 'asked_on' (not between 1990 and today), 'answered_on' (before the
-- question or after today), 'result' (a result without a day of the answer, or the reverse); NULL when nothing is.
CREATE OR REPLACE FUNCTION persons_request_mistake(p_asked_on date, p_answered_on date, p_has_result boolean) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE
    WHEN (p_asked_on BETWEEN DATE '1990-01-01' AND app_today()) IS NOT TRUE THEN 'asked_on'
    WHEN p_answered_on IS NOT NULL AND p_answered_on NOT BETWEEN p_asked_on AND app_today() THEN 'answered_on'
    WHEN (p_answered_on IS NULL) <> (p_has_result IS NULL) THEN 'result' END
$$;
REVOKE ALL ON FUNCTION persons_request_mistake(date, date, boolean) FROM PUBLIC;
