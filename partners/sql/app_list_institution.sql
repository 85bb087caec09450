-- The institution whose lists the transaction may read: the bound one. NULL while an escape is bound: it opens the file of
-- one person, and no list. Policies compare with this alone, because the planner takes another condition `… IS NULL` for
-- one row in two hundred: it then sorted a whole list for its first page.
CREATE OR REPLACE FUNCTION app_list_institution() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN app_escape() IS NULL THEN app_institution() END $$;
