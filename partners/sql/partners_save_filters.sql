-- A user gives filters of the client list a name (`p_filters` are their codes), or removes them (NULL). At most 20 have one.
CREATE OR REPLACE FUNCTION partners_save_filters(p_membership bigint, p_name text, p_filters jsonb) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH saved AS (
    UPDATE partners_membership
    SET saved_filters = saved_filters - p_name
      || CASE WHEN p_filters IS NULL THEN '{}' ELSE jsonb_build_object(p_name, p_filters) END
    WHERE id = p_membership AND user_id = app_user() AND institution_id = app_institution()
      AND length(p_name) BETWEEN 1 AND 40
      AND (p_filters IS NULL OR saved_filters ? p_name
        OR (SELECT count(*) FROM jsonb_object_keys(saved_filters)) < 20)
    RETURNING 1)
  SELECT EXISTS (SELECT FROM saved) $$;
REVOKE ALL ON FUNCTION partners_save_filters(bigint, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_save_filters(bigint, text, jsonb) TO kbi_web;
