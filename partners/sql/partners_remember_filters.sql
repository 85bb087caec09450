-- A user stores the list filters of their own membership; the web role may not update memberships otherwise.
CREATE OR REPLACE FUNCTION partners_remember_filters(p_membership bigint, p_filters jsonb) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ UPDATE partners_membership SET list_filters = p_filters
        WHERE id = p_membership AND user_id = app_user() AND list_filters IS DISTINCT FROM p_filters $$;
