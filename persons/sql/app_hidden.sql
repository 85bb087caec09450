-- The inscriptions of the bound institution that the rules above every mandate keep from the bound user, NULL for none:
-- those that persons_bind_rules bound, or worked out anew when another user or institution is bound by now. Conditions are
-- written as `(id = ANY (app_hidden())) IS NOT TRUE`, which costs least where nothing is hidden, as for nearly everyone.
-- In plpgsql, because PostgreSQL would take longer to plan a query with the text of the function than to call it.
CREATE OR REPLACE FUNCTION app_hidden() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF current_setting('app.hidden_for', true)
      = current_setting('app.user', true) || ':' || current_setting('app.institution', true) THEN
    RETURN nullif(current_setting('app.hidden', true), '{}');
  END IF;
  RETURN nullif((public.persons_hidden(app_user(), app_institution())).inscriptions, '{}');
END $$;
