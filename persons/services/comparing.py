"""What a batch of an import changes for its persons: one statement that compares what is stored with what is staged.

It runs after the messages were accepted and before their details are merged, so the tables still have the standing,
courses and blocks of the message before. A first dossier has nothing to compare, and neither has a message that is only
judged again: `accepted.old_version` is empty for both. The statements are steps of `importing`.
"""

from __future__ import annotations

# A part, or a course, that the message before did not have counts as one without a lesson, or as a planned one. Courses
# and certificates are compared within one version of the messages only: the versions give them other keys and elements.
# `blocks` are those a mandate must give for the change to be visible (persons_change.sql).
COMPARE = """
WITH pair AS MATERIALIZED (
  SELECT a.person_id, a.insz, o.parts AS old, n.parts AS new, p.version, p.version = a.old_version AS is_same_version
  FROM accepted a
  JOIN staged_person p ON p.insz = a.insz
  JOIN staged_standing n ON n.insz = a.insz
  JOIN persons_standing o ON o.person_id = a.person_id
  WHERE a.is_newer AND a.old_version IS NOT NULL
), part AS (
  SELECT p.person_id, p.version, n.part, n.verdict AS new, coalesce(o.verdict, 'no_lessons') AS old
  FROM pair p
  CROSS JOIN LATERAL jsonb_to_recordset(p.new) AS n(part text, verdict text)
  LEFT JOIN LATERAL jsonb_to_recordset(p.old) AS o(part text, verdict text) ON o.part = n.part
  WHERE p.new <> p.old AND n.verdict <> coalesce(o.verdict, 'no_lessons')
), course AS (
  SELECT p.person_id, n.part, n.course, n.phase AS new, coalesce(o.phase, 'planned') AS old, o.key IS NULL AS is_new
  FROM pair p
  JOIN staged_enrolment n ON n.insz = p.insz
  LEFT JOIN persons_enrolment o ON o.person_id = p.person_id AND o.key = n.key
  WHERE p.is_same_version AND n.phase <> coalesce(o.phase, 'planned')
), found AS (
  SELECT p.person_id, k.kind, p.part, '' AS course, k.blocks
  FROM part p CROSS JOIN LATERAL (VALUES
    ('fell_below', p.new = 'reachable' AND p.old IN ('on_track', 'kept', 'no_lessons'),
      ARRAY['VormingsActiviteiten']),
    ('out_of_reach', p.new = 'out_of_reach', ARRAY['VormingsActiviteiten']),
    ('back_above', p.new IN ('on_track', 'kept') AND p.old IN ('reachable', 'out_of_reach'),
      ARRAY['VormingsActiviteiten']),
    ('suspended', p.new = 'suspended',
      ARRAY['VormingsActiviteiten', CASE p.version WHEN '01.00' THEN 'Trajecten' ELSE 'Contracten' END]),
    ('resumed', p.old = 'suspended',
      ARRAY['VormingsActiviteiten', CASE p.version WHEN '01.00' THEN 'Trajecten' ELSE 'Contracten' END])
  ) AS k(kind, is_so, blocks)
  WHERE k.is_so
  UNION ALL
  SELECT c.person_id, k.kind, c.part, c.course, ARRAY['VormingsActiviteiten']
  FROM course c CROSS JOIN LATERAL (VALUES
    ('course_begun', c.new = 'running' AND c.old = 'planned'),
    ('course_left', c.new = 'left' AND c.old IN ('planned', 'running') AND NOT c.is_new),
    ('course_ended', c.new = 'ended' AND c.old IN ('planned', 'running') AND NOT c.is_new)
  ) AS k(kind, is_so)
  WHERE k.is_so
  UNION ALL
  SELECT p.person_id, 'certificate', '', '', ARRAY['BehaaldeAttesten']
  FROM pair p
  JOIN staged_block n ON n.insz = p.insz AND n.name = 'BehaaldeAttesten'
  LEFT JOIN persons_block o ON o.person_id = p.person_id AND o.name = n.name
  -- A Document in 02.00, an Attest in 01.00.
  WHERE p.is_same_version AND n.xml IS DISTINCT FROM o.xml
    AND regexp_count(n.xml, '<(Document|Attest)[ >]') > coalesce(regexp_count(o.xml, '<(Document|Attest)[ >]'), 0)
), written AS (
  INSERT INTO persons_change (person_id, at, kind, part, course, blocks)
  SELECT person_id, now(), kind, part, course, blocks FROM found
  RETURNING person_id, kind
)
UPDATE accepted a SET fell = true FROM written w
WHERE w.person_id = a.person_id AND w.kind IN ('fell_below', 'out_of_reach')
"""

# Inscriptions that waited for these persons open now; the trigger gives them their list lines. Only the institution
# that waited hears that the dossier came: others would learn that somebody had registered the number.
OPEN_WAITING = """
WITH opened AS (
  UPDATE persons_inscription i SET person_id = a.person_id FROM accepted a
  WHERE a.is_new AND i.insz = a.insz AND i.person_id IS NULL
  RETURNING i.id, i.person_id
)
INSERT INTO persons_change (person_id, inscription_id, at, kind, part, course, blocks)
SELECT person_id, id, now(), 'arrived', '', '', '{}' FROM opened
"""
