-- The name of an account as histories keep it, or its address; '' for no account.
CREATE OR REPLACE FUNCTION partners_name_of(p_user bigint) RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT coalesce((SELECT coalesce(nullif(btrim(concat(u.first_name, ' ', u.last_name)), ''), u.email)
                         FROM public.partners_user u WHERE u.id = p_user), '') $$;
