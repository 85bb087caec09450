-- The inscriptions that can go on under a newer number of the same person, and that number. "The same person" is what
-- `persons_refresh_doubts` says: the same unique number. The newer number is the best one, not replaced itself (30004)
-- and without a doubt about a newer or another number. Without 30004 for the old number only the moments of the messages
-- say which is newer. Two more things must hold then: the birth dates don't contradict each other, and the inscription
-- did not come from the newer number (so that it does not go to and fro when both numbers keep getting messages).
CREATE VIEW persons_replaced_number WITH (security_invoker = true) AS
  SELECT i.id AS inscription_id, i.institution_id, i.mandate_id, i.valid_from, p.insz AS old_insz,
    n.insz AS new_insz
  FROM persons_person p
  JOIN persons_person n ON n.id = (p.doubts #>> '{others,0}')::bigint
  JOIN persons_inscription i ON i.person_id = p.id
  LEFT JOIN persons_inscription c ON c.id = i.carried_from_id
  WHERE p.doubts ? 'newer_number' AND i.voided_at IS NULL AND i.valid_until >= app_today()
    AND n.unique_number = p.unique_number AND n.unique_number <> ''
    AND NOT coalesce(n.doubts ?| ARRAY['newer_number', 'other_number'], false)
    AND NOT coalesce(n.warnings @? '$[*] ? (@ starts with "30004.")', false)
    AND (coalesce(p.warnings @? '$[*] ? (@ starts with "30004.")', false)
      OR c.insz IS DISTINCT FROM n.insz AND NOT EXISTS (
        SELECT FROM unnest(string_to_array(p.birth_date, '-'), string_to_array(n.birth_date, '-')) AS part(old, new)
        WHERE part.old <> part.new AND part.old !~ '^0*$' AND part.new !~ '^0*$'));
