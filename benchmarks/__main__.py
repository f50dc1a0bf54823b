"""`./bench` lists the benchmarks, `./bench NAME …` runs one."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

from benchmarks import frame

NOT_ONES = {"__init__", "__main__", "frame", "traffic"}


def names() -> list[str]:
    """Give the benchmarks there are."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NOT_ONES)


def main(argv: list[str]) -> int:
    """Run the benchmark that is named first, with the other arguments."""
    if not argv or argv[0] in ("-h", "--help") or argv[0] not in names():
        if argv and argv[0] not in ("-h", "--help"):
            print(f"There is no benchmark “{argv[0]}”.")
        print("Usage: ./bench NAME [options]\n")
        for name in names():
            text = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
            summary = (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]  # importing would load the peers
            print(f"  {name:12} {summary}")
        return 0 if not argv or argv[0] in ("-h", "--help") else 2
    print(f"{argv[0]}: {frame.load()}")
    return int(importlib.import_module(f"benchmarks.{argv[0]}").main(argv[1:]) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
