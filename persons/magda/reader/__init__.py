"""Reading MAGDA messages with dossiers of the KBI.

`read_file` yields the dossiers in a file; `courses_of` returns the courses in stored blocks. Each module imports only
from those before it: `records` (the results), `checks`, `canonical` (XML of the blocks), `lessons`, `kbi02` and
`inburgering01` (the two models of a dossier), `projection`, `envelope`, `files`.
"""

from persons.magda.reader.files import MAX_DOSSIER, read_file
from persons.magda.reader.projection import courses_of
from persons.magda.reader.records import CourseFacts, Dossier, MessageError, kbo_number

__all__ = ["MAX_DOSSIER", "CourseFacts", "Dossier", "MessageError", "courses_of", "kbo_number", "read_file"]
