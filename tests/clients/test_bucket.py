"""A bucket on a server of its own: only what is new or changed there is read."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import fs

from heartline.collect.connecting import running
from heartline.collect.connecting.fetching import NotFetched
from heartline.collect.connecting.tests.conftest import landed
from heartline.collect.connecting.tests.test_files import CSV, LINE, parquet, write
from tests.ports import free_port

from . import ground


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """Give the address of a server of buckets on loopback, with one bucket."""
    program = ground.HOME / "bin" / "moto_server"
    port = free_port()
    server = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )  # fmt: skip
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        system(f"127.0.0.1:{port}").create_dir("exports")
        yield f"127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def system(address: str) -> fs.S3FileSystem:
    return fs.S3FileSystem(
        access_key="AKIAEXAMPLE", secret_key="k", endpoint_override=address, scheme="http", allow_bucket_creation=True
    )


def put(address: str, path: str, body: bytes) -> None:
    with system(address).open_output_stream(f"exports/shop/orders/{path}") as out:
        out.write(body)


def test_only_what_is_new_or_changed_is_read_from_a_bucket(bucket: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    recipe = write(tmp_path, region=f"eu-central-1\n  endpoint: http://{bucket}")
    put(bucket, "a.csv", CSV.encode("utf-16"))
    put(bucket, "b.jsonl", LINE.encode())
    put(bucket, "c.parquet", parquet(tmp_path))
    first = running.run(recipe, data, secret="k", private=True)
    assert first.fetched == {"orders": 4}
    assert landed(data) == {"order_placed": 4}
    put(bucket, "a.csv", (CSV + "5;7;2026-03-05 10:00:00;1.00\n").encode())
    second = running.run(recipe, data, secret="k", private=True)
    assert second.count("landed") == 1
    assert landed(data) == {"order_placed": 5}
    with pytest.raises(NotFetched) as error:
        running.run(recipe, data, secret="k")
    assert error.value.code == "not_https"
