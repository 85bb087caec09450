"""The least an import could do: parse each file with lxml and COPY its raw text.

python -m bench.baseline URL FOLDER…
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import psycopg2
from lxml import etree

BATCH = 1000


def main() -> None:
    url, *paths = sys.argv[1:]
    link = psycopg2.connect(url)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    number = size = 0
    rows: list[bytes] = []

    def flush() -> None:
        with link, link.cursor() as cursor:
            cursor.copy_expert("COPY bench_message FROM STDIN", io.BytesIO(b"".join(rows)))
        rows.clear()

    for path in paths:
        for file in sorted(Path(path).iterdir()):
            with open(file, "rb") as handle:
                content = handle.read()
            etree.fromstring(content, parser)
            text = (
                content.replace(b"\\", b"\\\\")
                .replace(b"\n", b"\\n")
                .replace(b"\t", b"\\t")
                .replace(b"\r", b"\\r")
            )
            rows.append(b"%b\t%b\n" % (file.name.encode(), text))
            number += 1
            size += len(content)
            if len(rows) == BATCH:
                flush()
    flush()
    link.close()
    json.dump({"files": number, "bytes": size}, sys.stdout)


if __name__ == "__main__":
    main()
