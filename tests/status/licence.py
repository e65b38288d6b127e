# SPDX-License-Identifier: GPL-2.0-or-later
"""licence.py FILE...: write the licence into PNG files, as a chunk of text behind their header."""
import pathlib
import struct
import sys
import zlib

TEXT = b"tEXtCopyright\0SPDX-License-Identifier: GPL-2.0-or-later"
HEADER = 8 + 12 + 13		# the signature, and the chunk IHDR

for name in sys.argv[1:]:
    path = pathlib.Path(name)
    data = path.read_bytes()
    chunk = struct.pack(">I", len(TEXT) - 4) + TEXT + struct.pack(">I", zlib.crc32(TEXT))
    path.write_bytes(data[:HEADER] + chunk + data[HEADER:])
