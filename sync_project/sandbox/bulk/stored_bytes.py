"""Parts of a file that an answer is made of, read piece by piece when it is sent."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 18


@dataclass(frozen=True, kw_only=True)
class StoredBytes:
    """Some ranges of a file, one after the other."""

    path: Path
    ranges: tuple[tuple[int, int], ...]
    """Start and end of each."""

    @classmethod
    def whole(cls, path: Path) -> "StoredBytes":
        """All of a file."""
        return cls(path=path, ranges=((0, path.stat().st_size),))

    @property
    def size(self) -> int:
        """The number of bytes."""
        return sum(end - start for start, end in self.ranges)

    def read(self) -> Iterator[bytes]:
        """The bytes in pieces."""
        with self.path.open("rb") as file:
            for start, end in self.ranges:
                file.seek(start)
                for place in range(start, end, _PIECE):
                    yield file.read(min(_PIECE, end - place))

    def read_gzip(self) -> Iterator[bytes]:
        """The bytes in pieces of one gzip stream, packed fast rather than small."""
        packer = zlib.compressobj(level=1, wbits=zlib.MAX_WBITS | 16)
        for piece in self.read():
            yield packer.compress(piece)
        yield packer.flush()
