"""One Spark for the folder's tests, and the planted world twice: once for each engine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from heartline.listen.text import meaning, reader
from heartline.store.engine.duck import DuckEngine
from heartline.store.lake import Lake
from heartline.store.vectors import Shelf

from .world import plant

QUICK = "spark.sql.shuffle.partitions=2 spark.sql.codegen.wholeStage=false spark.sql.adaptive.enabled=false"
"""Settings that make many small questions quick."""
SMALL = f"spark.driver.memory=1g {QUICK}"
JAVA = (
    "-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote "
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"
)
"""What makes a Java quick that lives for minutes.

Nothing is compiled twice, one thread looks for rubbish, and the many classes of Spark are taken as they were released.
"""


@pytest.fixture(scope="session", autouse=True)
def _quick_java() -> Iterator[None]:
    """Let every Java that is started here be one of those: drivers, masters, workers and what they start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", JAVA)
        yield


def apart(data: Path, copy: Path) -> Path:
    """Copy a data folder without its caches, so that engines never give each other's answers."""
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns("cache"))
    return copy


def encode(lake: Lake, folder: Path) -> None:
    """Keep the vectors of a lake's texts in a folder, as reading in the background does."""
    now = reader.company(lake.at().definitions, folder)
    rows = lake.at().rows("id", "text")
    found = lake.at().execute(rows.filter(rows.text.notnull()).select("id", "text"))
    texts = found["text"].to_pylist()
    parts = {text: meaning.read(now.embedder, [text]) for text in dict.fromkeys(texts)}
    counts = np.concatenate([parts[text].counts for text in texts])
    vectors = np.concatenate([parts[text].vectors for text in texts])
    Shelf(folder, now.label, now.embedder.dimensions).keep(found["id"].to_pylist(), counts, vectors)


@pytest.fixture(scope="session")
def spark_master(java: str) -> Iterator[str]:
    """Give the master of a Spark inside this process, two tasks wide."""
    from heartline.store.engine.spark_session import SETTINGS

    os.environ[SETTINGS] = SMALL
    yield "local[2]"
    del os.environ[SETTINGS]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the planted world."""
    return plant(tmp_path_factory.mktemp("planted") / "data").folder


@pytest.fixture(scope="session")
def on_duckdb(planted: Path) -> Lake:
    """Give the planted world, answered by DuckDB."""
    lake = Lake.open(planted)
    assert isinstance(lake.engine, DuckEngine)
    encode(lake, lake.folder)
    return lake


@pytest.fixture(scope="session")
def on_spark(planted: Path, spark_master: str, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Give the planted world in a folder of its own, answered by Spark."""
    from heartline.store.engine.spark import SparkEngine

    lake = Lake.open(apart(planted, tmp_path_factory.mktemp("copy") / "data"))
    encode(Lake.open(planted), lake.folder)
    lake.engine = SparkEngine(spark_master)
    return lake
