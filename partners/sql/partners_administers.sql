-- Is this account an open one of an administrator of the agency? Only the owner gives these rights (manage.py
-- grant_access). The name of the group is `partners.groups.ADMINISTRATORS`.
CREATE OR REPLACE FUNCTION partners_administers(p_user bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM partners_user u
    WHERE u.id = p_user AND u.is_active AND u.is_staff AND (u.is_superuser OR EXISTS (
      SELECT FROM partners_user_groups g JOIN auth_group a ON a.id = g.group_id
      WHERE g.user_id = u.id AND a.name = 'agentschap: beheerders')))
$$;
