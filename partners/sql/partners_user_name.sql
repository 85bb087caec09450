-- The name of the bound user as histories keep it, or their address; '' when no user is bound.
CREATE OR REPLACE FUNCTION partners_user_name() RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT coalesce((SELECT coalesce(nullif(btrim(concat(u.first_name, ' ', u.last_name)), ''), u.email)
                         FROM public.partners_user u WHERE u.id = app_user()), '') $$;
