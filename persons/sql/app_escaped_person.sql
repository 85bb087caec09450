-- The person of the bound escape; see app_escaped_number. NULL when the KBI has no dossier for the number.
CREATE OR REPLACE FUNCTION app_escaped_person() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN (SELECT id FROM public.persons_person WHERE insz = app_escaped_number());
END $$;
