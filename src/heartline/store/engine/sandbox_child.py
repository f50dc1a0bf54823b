"""The program of the child process that runs a recipe's SQL. Started by `sandbox.py`, never imported.

It is given its files and limits as one JSON line, loads the files, locks DuckDB, and answers requests: one JSON line
in, one JSON line out, followed by an Arrow IPC stream and a second JSON line where rows were asked for. It knows no
secret, and the operating system holds its limits.
"""

from __future__ import annotations

import ctypes
import datetime
import gzip
import io
import json
import resource
import signal
import sys
from typing import Any, BinaryIO

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38


def confine(limits: dict[str, int]) -> None:
    """Have the operating system hold the limits, and end this process with its parent."""
    for what, value in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_NOFILE, 256),
    ):
        resource.setrlimit(what, (value, value))
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def text(value: str) -> str:
    """Write a string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def source(file: dict[str, Any]) -> str:
    """Give the table function that reads a file."""
    path, kind = text(file["path"]), file["kind"]
    if kind != "parquet" and file["path"].lower().endswith(".gz"):
        path += ", compression = 'gzip'"
    if kind == "text":
        return f"read_csv({path}, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"')"
    if kind in ("csv", "tsv"):
        delimiter = ", delim = '\\t'" if kind == "tsv" else ""
        return f"read_csv({path}, header = true, sample_size = {file['sample']}{delimiter})"
    if kind in ("json", "ndjson"):
        lines = ", format = 'newline_delimited'" if kind == "ndjson" else ""
        return f"read_json({path}{lines})"
    return f"read_parquet({path})"


def sheet(path: str) -> Any:
    """Read the first sheet of a workbook: the first row names the columns."""
    import pyarrow as pa
    from python_calamine import CalamineError, CalamineWorkbook

    with (gzip.open if path.lower().endswith(".gz") else open)(path, "rb") as file:
        packed = io.BytesIO(file.read())
    try:
        rows = CalamineWorkbook.from_filelike(packed).get_sheet_by_index(0).to_python(skip_empty_area=True)
    except CalamineError as error:
        raise ValueError(str(error)) from None
    if not rows:
        raise ValueError("the first sheet is empty")
    columns = list(zip(*rows[1:])) or [()] * len(rows[0])  # noqa: B905  (calamine's rows are all as long)
    return pa.table({str(name): column(values) for name, values in zip(rows[0], columns)})  # noqa: B905


def column(cells: Any) -> Any:
    """Make a column of cells: of one type where all are alike, else text; empty cells are null."""
    import pyarrow as pa

    values = [None if cell == "" else cell for cell in cells]
    kinds = {type(value) for value in values if value is not None}
    if kinds == {float} and all(value is None or value.is_integer() for value in values):
        return pa.array([None if value is None else int(value) for value in values], pa.int64())
    if len(kinds) <= 1 or kinds <= {int, float}:
        return pa.array(values)
    if kinds == {datetime.date, datetime.datetime}:
        return pa.array(
            [
                value
                if value is None or isinstance(value, datetime.datetime)
                else datetime.datetime.combine(value, datetime.time())
                for value in values
            ]
        )
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def load(start: dict[str, Any]) -> Any:
    """Give a locked connection that sees the files under their names, and nothing else."""
    import duckdb  # after the limits are set

    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
            "python_scan_all_frames": "false",
            "allow_persistent_secrets": "false",
            "temp_directory": start["scratch"],
            "max_temp_directory_size": f"{start['limits']['disk']}B",
            "memory_limit": f"{start['limits']['engine']}B",
            "threads": str(start["limits"]["threads"]),
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET streaming_buffer_size = '32MB'")  # with the default of 1 MB its threads wait for each other
    paths = ", ".join(text(file["path"]) for file in start["files"])
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    for file in start["files"]:
        try:
            if file["kind"] == "xlsx":
                connection.register(file["name"], sheet(file["path"]))
                continue
            connection.execute(f'CREATE VIEW "{file["name"]}" AS SELECT * FROM {source(file)}')
        except (duckdb.Error, OSError, ValueError) as error:
            raise Unreadable(file["name"], str(error)) from None
    connection.execute("SET lock_configuration = true")
    return connection


class Unreadable(Exception):
    """A file that is not what its name says."""


def send(out: BinaryIO, **message: Any) -> None:
    """Write one line."""
    out.write(json.dumps(message).encode() + b"\n")
    out.flush()


def answer(connection: Any, request: dict[str, Any], out: BinaryIO) -> None:
    """Answer one request."""
    import pyarrow as pa  # after the limits are set

    if request["do"] == "describe":
        found = connection.execute(f"DESCRIBE {request['sql']}").fetchall()
        send(out, ok=True, columns=[[name, kind] for name, kind, *_ in found])
        return
    reader = connection.execute(request["sql"]).to_arrow_reader(request["batch"])
    send(out, ok=True)
    failed: tuple[str, str] | None = None
    with pa.ipc.new_stream(out, reader.schema) as stream:
        try:
            for batch in reader:
                stream.write_batch(batch)
        except Exception as error:  # noqa: BLE001  (the parent has to hear of every kind)
            failed = (type(error).__name__, str(error))
    if failed:
        send(out, ok=False, kind=failed[0], said=failed[1])
    else:
        send(out, ok=True)


def main() -> None:
    """Serve requests until the parent closes its end."""
    out = sys.stdout.buffer
    start = json.loads(sys.stdin.buffer.readline())
    try:
        confine(start["limits"])
        connection = load(start)
    except Unreadable as error:
        send(out, ok=False, kind="Unreadable", name=error.args[0], said=error.args[1])
        return
    except Exception as error:  # noqa: BLE001  (the parent has to hear of every kind)
        send(out, ok=False, kind=type(error).__name__, said=str(error))
        return
    send(out, ok=True)
    for line in sys.stdin.buffer:
        try:
            answer(connection, json.loads(line), out)
        except Exception as error:  # noqa: BLE001  (the parent has to hear of every kind)
            send(out, ok=False, kind=type(error).__name__, said=str(error))


if __name__ == "__main__":
    main()
