-- Whether a dossier is still needed: since p_since (a day) it arrived, or an inscription of its number was in force or is to
-- come; or a shield, a name for who may look, or a question about it is open today, or an escape is in force.
CREATE OR REPLACE FUNCTION persons_is_needed(p_person persons_person, p_since date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT (p_person.arrived_at AT TIME ZONE 'Europe/Brussels')::date >= p_since
    -- A voided inscription keeps its days, and counted until it was voided at most.
    OR EXISTS (SELECT FROM persons_inscription i WHERE i.insz = p_person.insz
               AND CASE WHEN i.voided_at IS NULL THEN i.valid_until
                   ELSE (i.voided_at AT TIME ZONE 'Europe/Brussels')::date END >= p_since)
    OR EXISTS (SELECT FROM persons_shield s
               WHERE s.insz = p_person.insz AND s.ended_at IS NULL AND s.valid_until >= app_today())
    OR EXISTS (SELECT FROM persons_namedlooker l
               WHERE l.insz = p_person.insz AND l.ended_at IS NULL AND l.valid_until >= app_today())
    OR EXISTS (SELECT FROM persons_escape e WHERE e.insz = p_person.insz AND e.ends_at > statement_timestamp())
    OR EXISTS (SELECT FROM persons_question q
               WHERE q.person_id = p_person.id AND q.answer = '' AND q.changed_at IS NULL AND q.due_on >= app_today())
$$;
REVOKE ALL ON FUNCTION persons_is_needed(persons_person, date) FROM PUBLIC;
