"""The command line: parse, call, print."""


def main() -> None:
    """Run the command line."""
    raise SystemExit("The command line follows.")
