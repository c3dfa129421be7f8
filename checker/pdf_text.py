"""The text of a PDF with the standard library alone: pages in order, letters in the order in which they are drawn.

It knows what typst, LibreOffice and Chromium write: streams packed with Flate, objects in object streams, fonts with a
table from their codes to letters (ToUnicode). What it does not know gives no letters, and so is told as missing.
"""

from __future__ import annotations

import re
import zlib

OBJECT_BEGINS = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b")
REFERENCE = rb"\s*(\d{1,10})\s+\d{1,5}\s+R"
PDF_TOKEN = re.compile(
    rb"%[^\r\n]*|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<<|>>|<[0-9A-Fa-f\s]*>|\[|\]|/[^\s()<>\[\]{}/%]*"
    rb"|[^\s()<>\[\]{}/%]+",
    re.DOTALL,
)
CODES_TO_LETTERS = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
PDF_ESCAPE = re.compile(rb"\\([nrtbf()\\]|[0-7]{1,3}|\r\n|[\r\n])")
PDF_SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
MOST_UNPACKED_PDF = 300 * 1024 * 1024
NEW_LINE = {b"Td", b"TD", b"T*", b"Tm", b"'", b'"', b"BT", b"ET"}


class PdfText:
    """The objects of a file by their numbers, each as its dictionary and its unpacked stream."""

    def __init__(self, content: bytes) -> None:
        self.room = MOST_UNPACKED_PDF
        self.objects: dict[int, tuple[bytes, bytes]] = {}
        starts = list(OBJECT_BEGINS.finditer(content))
        packed = []
        for place, found in enumerate(starts):
            end = starts[place + 1].start() if place + 1 < len(starts) else len(content)
            body = content[found.end() : end]
            head, divider, stream = body.partition(b"stream")
            if divider and b"endobj" not in head:
                stream = self._unpacked(head, stream.removeprefix(b"\r").removeprefix(b"\n"))
                packed += [(head, stream)] if b"/ObjStm" in head else []
                self.objects[int(found[1])] = (head, stream)
            else:
                self.objects[int(found[1])] = (body.partition(b"endobj")[0], b"")
        for head, stream in packed:
            self._open_object_stream(head, stream)
        self.fonts: dict[int, tuple[int, dict[bytes, str]]] = {}

    def pages(self) -> list[str]:
        """The text of each page, in the order of the document."""
        root = next((head for head, _stream in self.objects.values() if re.search(rb"/Type\s*/Catalog\b", head)), b"")
        first = re.search(rb"/Pages" + REFERENCE, root)
        return [self._page(head) for head in self._leaves(int(first[1]), set())] if first else []

    def _unpacked(self, head: bytes, stream: bytes) -> bytes:
        stream = stream[: stream.rfind(b"endstream")] if b"endstream" in stream else stream
        if b"FlateDecode" not in head or re.search(rb"/Subtype\s*/Image", head) or b"/EmbeddedFile" in head:
            return stream if b"/Filter" not in head else b""
        try:
            opened = zlib.decompressobj().decompress(stream, self.room)
        except zlib.error:
            return b""
        self.room = max(self.room - len(opened), 1)
        return opened

    def _open_object_stream(self, head: bytes, stream: bytes) -> None:
        first, count = re.search(rb"/First\s+(\d+)", head), re.search(rb"/N\s+(\d+)", head)
        if first and count:
            numbers = [int(one) for one in stream[: int(first[1])].split()[: 2 * int(count[1])] if one.isdigit()]
            offsets = [*numbers[1::2], len(stream)]
            for number, begin, end in zip(numbers[::2], offsets, offsets[1:], strict=False):
                self.objects.setdefault(number, (stream[int(first[1]) + begin : int(first[1]) + end], b""))

    def _leaves(self, number: int, seen: set[int]) -> list[bytes]:
        head = self.objects.get(number, (b"", b""))[0]
        kids = re.search(rb"/Kids\s*\[(.*?)\]", head, re.DOTALL)
        if number in seen:
            return []
        seen.add(number)
        if not kids:
            return [head]
        return [leaf for kid in re.findall(REFERENCE, kids[1]) for leaf in self._leaves(int(kid), seen)]

    def _page(self, head: bytes) -> str:
        resources = self._part(head, b"Resources")
        fonts = self._part(resources, b"Font")
        named = {
            found[1]: self._font(int(found[2])) for found in re.finditer(rb"/([^\s/<>\[\]()]+)" + REFERENCE, fonts)
        }
        contents = re.search(rb"/Contents\s*(\[.*?\]|\d+\s+\d+\s+R)", head, re.DOTALL)
        streams = re.findall(REFERENCE, contents[1]) if contents else []
        drawn = b"\n".join(self.objects.get(int(number), (b"", b""))[1] for number in streams)
        return self._drawn(drawn, named, self._part(resources, b"XObject"), 0)

    def _part(self, head: bytes, name: bytes) -> bytes:
        """A dictionary within one, or the object that is referred to there."""
        found = re.search(rb"/" + name + rb"(?:" + REFERENCE + rb"|\s*<<)", head)
        if not found:
            return b""
        if found[1]:
            return self.objects.get(int(found[1]), (b"", b""))[0]
        depth, place = 1, found.end()
        for sign in re.finditer(rb"<<|>>", head[place:]):
            depth += 1 if sign[0] == b"<<" else -1
            if depth == 0:
                return head[place : place + sign.start()]
        return head[place:]

    def _font(self, number: int) -> tuple[int, dict[bytes, str]]:
        """How many bytes a code has, and the letters of each code."""
        if number not in self.fonts:
            head = self.objects.get(number, (b"", b""))[0]
            table = re.search(rb"/ToUnicode" + REFERENCE, head)
            letters = _letters_of(self.objects.get(int(table[1]), (b"", b""))[1]) if table else {}
            self.fonts[number] = (2 if b"/Type0" in head else 1, letters)
        return self.fonts[number]

    def _drawn(self, drawn: bytes, fonts: dict[bytes, tuple[int, dict[bytes, str]]], forms: bytes, depth: int) -> str:
        said: list[str] = []
        width, letters = 1, dict[bytes, str]()
        before: list[bytes] = []
        for found in PDF_TOKEN.finditer(drawn):
            token = found[0]
            if token == b"Tf" and len(before) > 1:
                width, letters = fonts.get(before[-2][1:], (1, {}))
            elif token in {b"Tj", b"TJ", b"'", b'"'}:
                for piece in before:
                    if piece[:1] in {b"(", b"<"} and piece != b"<<":
                        codes = _bytes_of(piece)
                        each = [codes[at : at + width] for at in range(0, len(codes), width)]
                        plain = "replace" if width == 1 else "ignore"  # a font without a table of letters
                        said += [
                            letters.get(code, code.decode("cp1252" if width == 1 else "ascii", plain)) for code in each
                        ]
            elif token in NEW_LINE:
                said.append("\n")
            elif token == b"Do" and before and depth < 4:
                form = re.search(rb"/" + re.escape(before[-1][1:]) + rb"(?![^\s])" + REFERENCE, forms)
                head, inner = self.objects.get(int(form[1]), (b"", b"")) if form else (b"", b"")
                if re.search(rb"/Subtype\s*/Form", head):
                    resources = self._part(head, b"Resources")
                    own = re.finditer(rb"/([^\s/<>\[\]()]+)" + REFERENCE, self._part(resources, b"Font"))
                    named = fonts | {one[1]: self._font(int(one[2])) for one in own}
                    said.append(self._drawn(inner, named, self._part(resources, b"XObject"), depth + 1))
            if re.match(rb"[A-Za-z'\"*]", token) and token not in {b"true", b"false", b"null"}:
                before = []
            else:
                before.append(token)
        return "".join(said)


def _letters_of(table: bytes) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for kind, lines in CODES_TO_LETTERS.findall(table):
        if kind == b"bfchar":
            codes = [bytes.fromhex(one.decode()) for one in HEX.findall(lines)]
            pairs = zip(codes[::2], codes[1::2], strict=False)
            found |= {code: to.decode("utf-16-be", "replace") for code, to in pairs}
            continue
        for first, last, to in re.findall(rb"<(\w+)>\s*<(\w+)>\s*(<\w+>|\[[^\]]*\])", lines):
            size, start = len(first) // 2, int(first, 16)
            for step in range(min(int(last, 16) - start + 1, 65536)):
                if to.startswith(b"["):
                    listed = HEX.findall(to)
                    letters = bytes.fromhex(listed[step].decode()).decode("utf-16-be") if step < len(listed) else ""
                else:
                    base = bytes.fromhex(to[1:-1].decode()).decode("utf-16-be", "replace")
                    letters = base[:-1] + chr(ord(base[-1]) + step) if base else ""
                found[(start + step).to_bytes(size, "big")] = letters
    return found


def _bytes_of(piece: bytes) -> bytes:
    if piece.startswith(b"<"):
        digits = b"".join(piece[1:-1].split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())

    def plain(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        if sign[:1].isdigit():
            return bytes([int(sign, 8) & 255])
        return PDF_SIGNS.get(sign, b"" if sign in {b"\r\n", b"\r", b"\n"} else sign)

    return PDF_ESCAPE.sub(plain, piece[1:-1])
