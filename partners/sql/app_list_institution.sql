-- The institution whose lists the transaction may read: the bound one. NULL while an escape is bound: an escape opens one
-- file and no list. Policies compare with this alone: with a separate `IS NULL` condition the planner expects one row in
-- two hundred, and sorts the whole list for its first page.
CREATE OR REPLACE FUNCTION app_list_institution() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN app_escape() IS NULL THEN app_institution() END $$;
