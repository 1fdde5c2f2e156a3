"""Static files as they go over the line: without what readers of the code need, as brotli and gzip.

`python -m twinweb.web.pressing` puts them beside the files themselves, where the server finds them.
"""

import gzip
from pathlib import Path

import brotli
import rcssmin
import rjsmin

from twinweb.config import ROOT

STATIC = ROOT / "static"
LIGHTEN = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}
PACK = {".br": brotli.compress, ".gz": lambda content: gzip.compress(content, mtime=0)}


def pressed(file: Path, by: str) -> bytes:
    """The content of a style sheet or a script, by ".br" or ".gz"."""
    text = file.read_text("utf-8")
    if ".min" not in file.suffixes:
        text = LIGHTEN[file.suffix](text)
    packed: bytes = PACK[by](text.encode())
    return packed


def main() -> None:
    for file in STATIC.glob("*/*"):
        for by in PACK if file.suffix in LIGHTEN else ():
            file.with_name(file.name + by).write_bytes(pressed(file, by))


if __name__ == "__main__":
    main()
