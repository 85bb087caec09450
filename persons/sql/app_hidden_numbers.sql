-- The numbers that the rules above every mandate keep from the bound user at the bound institution; see app_hidden.
CREATE OR REPLACE FUNCTION app_hidden_numbers() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF current_setting('app.hidden_for', true)
      = current_setting('app.user', true) || ':' || current_setting('app.institution', true) THEN
    RETURN nullif(current_setting('app.hidden_numbers', true), '{}');
  END IF;
  RETURN nullif((public.persons_hidden(app_user(), app_institution())).numbers, '{}');
END $$;
