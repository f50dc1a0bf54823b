"""Starting Spark: one context for a process, with the settings that equal answers need."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from heartline.core.errors import Conflict, InvalidInput, Unavailable

SETTINGS = "HEARTLINE_SPARK"
LOGS = Path(__file__).with_name("log4j2.properties")
_REACH_S = 5
_starting = threading.Lock()


def session(master: str) -> SparkSession:
    """Give a new session, with views of its own, on this process's Spark, which is started by the first call.

    Parameters
    ----------
    master
        `spark://HOST:PORT` or `local[N]`.

    Raises
    ------
    Unavailable
        `no_java` when Spark has no Java to run on; `spark_unreachable` when nobody answers at the master's address;
        `spark_failed` when Spark does not start.
    Conflict
        `other_spark` when this process already runs on another master.
    """
    with _starting:
        running = SparkSession.getActiveSession() or SparkSession._instantiatedSession
        if running is None or running.sparkContext._jsc is None:
            running = _start(master)
        elif running.sparkContext.master != master:
            raise Conflict(
                "other_spark",
                f"This process already runs on Spark at {running.sparkContext.master}.",
                field="HEARTLINE_ENGINE",
                remedy="Use one master in a process.",
            )
        return running.newSession()


def settings(master: str) -> dict[str, str]:
    """Give the settings of the context: ours, then those of HEARTLINE_SPARK (`name=value`, parted by spaces)."""
    ours = {
        "spark.master": master,
        "spark.app.name": "Heartline",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.defaultJavaOptions": f"-Dlog4j2.configurationFile={LOGS}",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",  # a cast or a division that fails says so, as DuckDB's does
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
        "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
        "spark.sql.caseSensitive": "true",
        "spark.sql.warehouse.dir": "file:/nonexistent",  # nothing is ever saved as a table of Spark's
        "spark.sql.catalogImplementation": "in-memory",
    }
    if _is_here(master):
        ours |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if master.startswith("local"):
        ours["spark.sql.shuffle.partitions"] = "8"  # Spark's 200 are made for clusters
    return ours | _asked_for(os.environ.get(SETTINGS, ""))


def _asked_for(text: str) -> dict[str, str]:
    pairs = [item.partition("=") for item in text.split()]
    for name, _, value in pairs:
        if not name.startswith("spark.") or not value:
            raise InvalidInput(
                "bad_value", f"“{name}” is not a setting of Spark.", field=SETTINGS,
                remedy="Write spark.executor.memory=4g spark.sql.shuffle.partitions=64, parted by spaces.",
            )  # fmt: skip
    return {name: value for name, _, value in pairs}


def require_java() -> None:
    """Fail with what to install when Spark would find no Java."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise Unavailable(
            "no_java",
            "Spark needs Java, and there is none here.",
            field="HEARTLINE_ENGINE",
            remedy="Install Java 17 (Debian: apt-get install openjdk-17-jre-headless), or set JAVA_HOME.",
        )


def reach(master: str) -> None:
    """Fail at once when no master listens; Spark itself tries for a minute, then ends its context."""
    problem = None
    for host, port in re.findall(r"([^:/,]+):(\d+)", master):
        try:
            socket.create_connection((host, int(port)), timeout=_REACH_S).close()
        except OSError as error:
            problem = error
        else:
            return
    if problem:
        raise Unavailable(
            "spark_unreachable",
            f"Nobody answers at {master} ({problem.strerror or problem}).",
            field="HEARTLINE_ENGINE",
            remedy="Start the master, or unset HEARTLINE_ENGINE to work with DuckDB.",
        ) from problem


def _start(master: str) -> SparkSession:
    require_java()
    reach(master)
    # Workers run the driver's interpreter, else they take the system's Python, which lacks pyarrow.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if _is_here(master):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder
    for name, value in settings(master).items():
        builder = builder.config(name, value)
    try:
        started = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        raise _failed(error) from error
    atexit.register(started.stop)
    return started


@contextmanager
def told() -> Iterator[None]:
    """Say that Spark is lost, or could not do its work, where only Java's own words would come through.

    Raises
    ------
    Unavailable
        `spark_failed`.
    """
    try:
        yield
    except Py4JError as error:
        raise Unavailable(
            "spark_failed",
            "Spark failed while it worked on the answer.",
            field="HEARTLINE_ENGINE",
            remedy="See the logs of its workers; if it ended, restart Heartline once it is back.",
        ) from error


def _failed(error: Any) -> Unavailable:
    first = str(error).strip().split("\n")[0]
    return Unavailable(
        "spark_failed",
        f"Spark did not start: {first}",
        field="HEARTLINE_ENGINE",
        remedy="See what it wrote above; set memory and the like in HEARTLINE_SPARK.",
    )


def _is_here(master: str) -> bool:
    return master.startswith(("local", "spark://127.", "spark://localhost"))
