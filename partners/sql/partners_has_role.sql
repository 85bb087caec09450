-- Does this user have this role at this institution on this day? The one rule for when access is in force: confirmed, on
-- one of its days, of an open account at an institution that has not ended. The same rule in Python:
-- `MembershipQuerySet.in_force` and `Membership.is_in_force`; tests/partners/test_rights.py compares them.
CREATE OR REPLACE FUNCTION partners_has_role(p_user bigint, p_institution bigint, p_role text, p_day date)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM partners_membership m
    JOIN partners_user u ON u.id = m.user_id
    JOIN partners_institution n ON n.id = m.institution_id
    WHERE m.user_id = p_user AND m.institution_id = p_institution AND m.role = p_role AND m.status = 'confirmed'
      AND app_covers(m.valid_from, m.valid_until, p_day) AND u.is_active AND partners_is_open(n.active, n.ended_on, p_day))
$$;
