"""Files of a bucket or a folder: those that are new, and those that changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from heartline.collect.guessing import loose

from . import hosts
from .asked import Asked, Fetched, Unfit
from .rows import Texts, flat

FRESH_S = 3.0
"""A file that changed so shortly before it was looked at may change again without its time showing it."""
CHUNK = 1 << 20
TABLES = ("csv", "tsv", "txt", "xlsx")
LINES = ("jsonl", "ndjson")
MOST_LINE = 16 << 20
"""Characters of a line: more is no row."""
MOST_DOCUMENT = 512 << 20
"""Bytes of a JSON document, which is read as a whole; lines of JSON may be as many as they like."""


def fetch(asked: Asked) -> Iterator[tuple[str, Fetched]]:
    """Fetch the files of every table that are new or changed, as one Parquet file of texts each."""
    system = _system(asked)
    for name, options in asked.tables.items():
        yield name, _table(asked, system, name, options)


def _system(asked: Asked) -> Any:
    """Give the file system: a folder of this machine, or a bucket, to which only what was checked is asked."""
    import fsspec
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import S3FileSystem

    if not asked.url.startswith("s3://"):
        return fsspec.filesystem("file")
    given: dict[str, Any] = {"region": asked.options.get("region", "us-east-1")}
    key = asked.options.get("access_key")
    given |= {"access_key": key, "secret_key": asked.secret} if key else {"anonymous": True}
    if endpoint := asked.options.get("endpoint"):
        parts = urlsplit(endpoint)
        found = hosts.addresses(parts.hostname or "", parts.port)
        # without encryption the very address that was checked is asked; with it, the certificate proves the name
        place = parts.netloc if parts.scheme == "https" else f"{_bracketed(found[0])}:{parts.port or 80}"
        given |= {"endpoint_override": place, "scheme": parts.scheme}

    class Bucket(ArrowFSWrapper):  # type: ignore[misc]  # the library has no types
        """A bucket as `dlt` lists one."""

        protocol = ("s3",)

        def _make_entry(self, info: Any) -> dict[str, Any]:
            made: dict[str, Any] = super()._make_entry(info)
            return {**made, "LastModified": made["mtime"]}

    return Bucket(S3FileSystem(**given, connect_timeout=15, request_timeout=120), skip_instance_cache=True)


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _table(asked: Asked, system: Any, name: str, options: Mapping[str, Any]) -> Fetched:
    kept = asked.cursors.get(name, {})
    seen: dict[str, str] = dict(kept.get("files", {}))
    known = [*options.get("fields", []), *kept.get("columns", []), "_file", "_line"]
    now = datetime.now(UTC).timestamp()
    there: dict[str, str] = {}
    with Texts(Path(asked.folder) / f"{name}.parquet", known) as table:
        for item in _listed(asked, system, options["glob"]):
            path, changed = item["relative_path"], item["modification_date"].timestamp()
            mark = f"{item.get('size_in_bytes', 0)} {changed:.6f}"
            there[path] = mark if now - changed > FRESH_S else ""
            if seen.get(path) == mark:
                continue
            for row in _rows(item, Path(asked.folder) / "file"):
                table.add(row)
                if asked.limit is not None and table.rows >= asked.limit:
                    return Fetched(table.rows)
    return Fetched(table.rows, {"files": there, "columns": list(table.columns)})


def _listed(asked: Asked, system: Any, glob: str) -> list[Any]:
    from dlt.sources.filesystem import filesystem

    if asked.url.startswith("s3://"):
        found = filesystem(asked.url, system, file_glob=glob)
    elif not Path(asked.url).is_dir():
        raise Unfit("no_folder", folder=asked.url)
    else:
        found = filesystem(Path(asked.url).as_uri(), system, file_glob=glob)
    return sorted(found, key=lambda item: (item["modification_date"], item["relative_path"]))


def _rows(item: Any, copy: Path) -> Iterator[dict[str, str]]:
    """Give the rows of a file, each with the file and the line that it is from."""
    name = item["file_name"]
    kind = loose.kind(name)
    copy = copy.with_name(name)
    try:
        with item.open("rb", compression="disable") as source, copy.open("wb") as target:
            while part := source.read(CHUNK):
                target.write(part)
        for number, row in enumerate(_read(copy, kind, name), 1):
            yield {**row, "_file": item["relative_path"], "_line": str(number)}
    except (loose.Unreadable, ValueError, UnicodeDecodeError) as error:
        if getattr(error, "code", "") != "no_rows":  # a table with its head alone is none the worse
            raise Unfit("bad_file", file=item["relative_path"]) from error
    finally:
        copy.unlink(missing_ok=True)


def _read(path: Path, kind: str, name: str) -> Iterator[dict[str, str]]:
    import pyarrow.parquet as pq

    if kind in TABLES:
        yield from _table_rows(path, name)
        return
    plain = path
    if name.lower().endswith(".gz"):
        plain = path.with_name(f"{path.name}.unpacked")
        loose.unpack(path, plain, name=name)
    try:
        if kind in LINES:
            yield from (flat(json.loads(line)) for line in _lines(plain, name) if line.strip())
        elif kind == "json":
            if plain.stat().st_size > MOST_DOCUMENT:
                raise loose.Unreadable("too_large", name, {"most": MOST_DOCUMENT >> 20})
            document = json.loads(plain.read_bytes())
            yield from (flat(row) for row in (document if isinstance(document, list) else [document]))
        elif kind == "parquet":
            for batch in pq.ParquetFile(plain).iter_batches():
                yield from (flat(row) for row in batch.to_pylist())
        else:
            raise loose.Unreadable("unknown_kind", name)
    finally:
        if plain != path:
            plain.unlink(missing_ok=True)


def _lines(path: Path, name: str) -> Iterator[str]:
    """Give the lines of a file; one that never ends must not fill our memory."""
    with path.open(encoding="utf-8-sig") as file:
        while line := file.readline(MOST_LINE + 1):
            if len(line) > MOST_LINE:
                raise loose.Unreadable("no_table", name)
            yield line


def _table_rows(path: Path, name: str) -> Iterator[dict[str, str]]:
    """Read a table as the guided import does: any encoding, any delimiter."""
    import csv

    strict = path.with_name(f"{path.name}{loose.STRICT}")
    try:
        loose.strict(path, strict, name=name)
        with strict.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield flat({key: value or None for key, value in row.items() if key})
    finally:
        strict.unlink(missing_ok=True)
