"""Sets a report with typst, in a process of its own: two lines on standard input, PDF out on standard output.

The first line is what report.typ reads, as JSON; the second is what is attached to the file. Typst keeps what it has
laid out for later runs: a server process would never give that memory back. Here all of it goes when the process ends.
This file is run, not imported, and knows nothing of Django.
"""

import json
import sys
from pathlib import Path

import typst

if __name__ == "__main__":
    report, _, attached = sys.stdin.buffer.read().decode().partition("\n")
    seal = json.loads(report)["seal"]
    try:
        made = typst.compile(
            Path(__file__).with_name("report.typ").read_bytes(),
            # Only the fonts inside typst: the same file on every machine.
            font_paths=typst.Fonts(include_system_fonts=False),
            sys_inputs={"report": report, "attached": attached},
            pdf_standards=["ua-1", "a-3a"],
            timestamp=seal and seal["made"],
        )
    except typst.TypstError as error:
        sys.stderr.buffer.write(f"{error.diagnostic}\n".encode())
        sys.exit(1)
    sys.stdout.buffer.write(made)
