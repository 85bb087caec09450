"""What an import leaves in the database, to compare two ways of getting there."""

from __future__ import annotations

# Everything but what differs from run to run: numbers of rows, and the moment of the import. What an import changed
# depends on what was there before it.
CONTENTS = """
SELECT to_jsonb(p) - 'id' - 'refreshed_at' - 'arrived_at'
  || jsonb_build_object(
    'blocks', (SELECT jsonb_object_agg(b.name, b.xml) FROM persons_block b WHERE b.person_id = p.id),
    'enrolments', (SELECT jsonb_agg(to_jsonb(e) - 'id' - 'person_id' ORDER BY e.key)
                   FROM persons_enrolment e WHERE e.person_id = p.id),
    'standing', (SELECT to_jsonb(s) - 'person_id' - 'fell_at' FROM persons_standing s WHERE s.person_id = p.id),
    'lines', (SELECT jsonb_agg(to_jsonb(c) - 'inscription_id' - 'person_id' - 'public_id' - 'fell_at'
                ORDER BY c.version_id,
                c.counts_from)
              FROM persons_clientlistentry c WHERE c.person_id = p.id))
FROM persons_person p ORDER BY p.insz
"""

# Where every row lies and which transaction wrote it: the same only when nothing was written.
PLACES = " UNION ALL ".join(
    f"SELECT '{table}', ctid::text, xmin::text FROM {table}"
    for table in (
        "persons_person",
        "persons_block",
        "persons_enrolment",
        "persons_standing",
        "persons_inscription",
        "persons_clientlistentry",
        "persons_change",
    )
)
