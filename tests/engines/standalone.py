"""A real cluster on loopback: Spark's standalone master and a worker for two executors, each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pyspark

from tests.ports import free_port

PATIENCE_S = 240


@contextmanager
def cluster(folder: Path, *, cores: int = 2) -> Iterator[str]:
    """Run a master and a worker; give the master's address. Both are gone at the end, and the worker's executors."""
    port, page = free_port(), free_port()
    master = f"spark://127.0.0.1:{port}"
    with ExitStack() as stack:
        here = ["--host", "127.0.0.1"]
        stack.enter_context(
            _running(folder / "master", "master.Master", *here, "--port", str(port), "--webui-port", str(page))
        )
        _wait(page, 0)
        home = folder / "worker"
        limits = ["--cores", str(cores), "--memory", f"{700 * cores}m", "--webui-port", "0", "--work-dir", str(home)]
        stack.enter_context(_running(home, "worker.Worker", *here, *limits, master))
        _wait(page, 1)
        yield master


@contextmanager
def _running(home: Path, what: str, *arguments: str) -> Iterator[None]:
    """Run one of Spark's daemons; PySpark's wheel has no start scripts, but the program behind them."""
    home.mkdir(parents=True)
    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    env = os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m", "SPARK_LOCAL_DIRS": str(home),
    }  # fmt: skip
    with (home / "log").open("wb") as log:
        command = [str(program), f"org.apache.spark.deploy.{what}", *arguments]
        process = subprocess.Popen(command, env=env, cwd=home, stdout=log, stderr=log)
        try:
            yield
            assert process.poll() is None, (home / "log").read_text()
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _wait(page: int, workers: int) -> None:
    """Wait until the master knows so many living workers."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{page}/json/", timeout=5) as answer:
                state: dict[str, Any] = json.load(answer)
            if state["aliveworkers"] >= workers:
                return
        except (urllib.error.URLError, HTTPException, ConnectionError, TimeoutError, ValueError):
            pass  # not there yet, or a page that is not JSON yet
        time.sleep(0.2)
    raise TimeoutError(f"The cluster did not come up in {PATIENCE_S} s.")
