-- The inscriptions of the bound institution that the rules above every mandate keep from the bound user: those that
-- persons_bind_rules bound, or worked out anew when another user or institution is bound by now. No sub-select, so that
-- PostgreSQL reads it as part of the query.
CREATE OR REPLACE FUNCTION app_hidden() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN current_setting('app.hidden_for', true)
      = current_setting('app.user', true) || ':' || current_setting('app.institution', true)
    THEN current_setting('app.hidden', true)::bigint[]
    ELSE (public.persons_hidden(app_user(), app_institution())).inscriptions END $$;
