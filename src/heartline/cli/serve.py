"""Commands that run the server and let people and programs in."""

from __future__ import annotations

import contextlib
import errno
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from heartline.core.errors import Conflict, HeartlineError, InvalidInput, Unavailable
from heartline.store.formats import read_format

from .data import Data, default_folder
from .supervisor import Child, Supervisor

PORT = 8080
TRIES = 4
"""A process that never held so often while the server starts will not: better a sentence than starting for ever."""
ADDRESS = Path("cache", "address")
"""Where in its data folder a running server leaves its address, for `heartline signin`."""
ROLES = "admin, manager, analyst, marketer, agent, store_manager or viewer."
KeyKind = Literal["read", "write"]
keys = typer.Typer(help="API keys of programs.", no_args_is_help=True)
people = typer.Typer(help="People who sign in.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(signin)
    app.add_typer(keys, name="keys")
    app.add_typer(people, name="people")


def serve(
    data: Data = default_folder(),  # noqa: B008  (read once, when the program starts)
    port: Annotated[int, typer.Option(help="Port of pages and API.")] = PORT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve pages, API and jobs until Ctrl-C, and print a one-time sign-in link."""
    folder = data.absolute()
    address = folder / ADDRESS
    there = (folder / "format").exists()
    if there:
        read_format(folder)
    check_port(host, port)
    sockets = Path(tempfile.mkdtemp(prefix="heartline-"))
    environment = {
        **os.environ, "HEARTLINE_DATA": str(folder), "HEARTLINE_PAGES": str(sockets / "pages.sock"),
        "HEARTLINE_HOST": host, "HEARTLINE_PORT": str(port), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    front, pages, worker, loader = (Child(name, environment) for name in ("front", "pages", "worker", "loader"))
    supervisor = Supervisor([])
    supervisor.catch_signals()
    try:
        supervisor.start(front)
        if there:
            supervisor.start(pages)  # they load while the folder is checked; a new folder must be made first
        token = prepared(environment)
        supervisor.start(pages)
        supervisor.start(worker)
        supervisor.start(loader)
        if ready(supervisor, host, port):
            typer.echo(f"Heartline is ready.\n\n  Sign in (once): http://{shown(host)}:{port}/signin/{token}/\n")
            typer.echo(f"  Data: {folder}\n  Ctrl-C stops it. Another link: heartline signin --data {data}")
            sys.stdout.flush()
            address.parent.mkdir(exist_ok=True)
            address.write_text(f"http://{shown(host)}:{port}")
        supervisor.watch()
    finally:
        with contextlib.suppress(OSError):  # it is not there where we never were ready
            address.unlink()
        supervisor.stop()
        shutil.rmtree(sockets, ignore_errors=True)
    typer.echo("Stopped.")


def check_port(host: str, port: int) -> None:
    """Refuse a port that we cannot have.

    Raises
    ------
    Conflict
        `port_taken`.
    InvalidInput
        `bad_port`, where we may not listen there or there is no such port.
    """
    if not 0 < port < 65_536:
        raise InvalidInput("bad_port", f"{port} is no port.", field="port", remedy="Name one from 1024 to 65535.")
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Conflict(
                "port_taken", f"Port {port} is taken by another program.", field="port",
                remedy="Stop that program, or choose another port with --port.",
            ) from None  # fmt: skip
        if error.errno in (errno.EACCES, errno.EADDRNOTAVAIL) or isinstance(error, socket.gaierror):
            raise InvalidInput(
                "bad_port", f"We cannot listen on {host}:{port}.", field="port", remedy="Choose another with --port."
            ) from None
        raise


def prepared(environment: dict[str, str]) -> str:
    """Have the data folder made ready, by a process that is gone before the others start; give a sign-in token."""
    command = [sys.executable, "-m", "heartline.cli.processes", "prepare"]
    done = subprocess.run(  # noqa: S603  (our own program)
        command, env=environment, stdout=subprocess.PIPE, check=False
    )
    if done.returncode != 0:
        raise InvalidInput("not_prepared", "The data folder could not be made ready.", remedy="See the lines above.")
    answer = json.loads(done.stdout)
    if "problem" in answer:
        problem = answer["problem"]
        raise HeartlineError(problem["code"], problem["reason"], field=problem["field"], remedy=problem["remedy"])
    return str(answer["token"])


def ready(supervisor: Supervisor, host: str, port: int) -> bool:
    """Wait until the pages answer; False when we are asked to stop before.

    Raises
    ------
    Unavailable
        `does_not_start` when a process ends again and again.
    """
    while not supervisor.stopping.wait(0.05):
        for child in supervisor.children:
            child.watch()
            if child.failures >= TRIES:
                raise Unavailable(
                    "does_not_start", f"The {child.name} process ends as soon as it starts.",
                    remedy="See the lines above; ./run --prepare makes the environment anew.",
                )  # fmt: skip
        connection = http.client.HTTPConnection(reached(host), port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    return False


def reached(host: str) -> str:
    """Give the address at which this machine reaches a host that may mean all addresses."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not bound)


def shown(host: str) -> str:
    """Write a host as an address has it."""
    host = reached(host)
    return f"[{host}]" if ":" in host else host


def signin(
    data: Data = default_folder(),  # noqa: B008
    email: Annotated[str | None, typer.Option(help="Whose link; default: the first administrator's.")] = None,
    url: Annotated[str | None, typer.Option(help="Where the server is; default: where it runs now.")] = None,
    forget: Annotated[
        bool, typer.Option("--forget-second-step", help="Ask no code of somebody who lost their phone; needs --email.")
    ] = False,
) -> None:
    """Print a one-time sign-in link."""
    from heartline.server.shell import start

    start.prepare(data.absolute())
    from heartline.server.accounts import audit, commands

    if forget and email is None:
        raise InvalidInput("bad_value", "Whose second step?", field="email", remedy="Name them with --email.")
    if forget and email:
        commands.forget_second_step(email=email, by=audit.COMMAND_LINE)
    typer.echo(signin_address(data, url, commands.create_signin_link(email=email, by=audit.COMMAND_LINE)))


def signin_address(data: Path, url: str | None, token: str) -> str:
    """Write the address of a sign-in link."""
    running = data / ADDRESS
    said = running.read_text() if running.exists() else f"http://127.0.0.1:{PORT}"
    where = url or os.environ.get("HEARTLINE_URL") or said
    return f"{where.rstrip('/')}/signin/{token}/"


@people.command("add")
def add_person(
    email: Annotated[str, typer.Argument(help="Their e-mail address.")],
    data: Data = default_folder(),  # noqa: B008
    role: Annotated[str, typer.Option(help=ROLES)] = "viewer",
    unit: Annotated[list[str] | None, typer.Option(help="Only these units and what is below them.")] = None,
    name: Annotated[str, typer.Option(help="What they are called.")] = "",
    url: Annotated[str | None, typer.Option(help="Where the server is; default: where it runs now.")] = None,
) -> None:
    """Add somebody and print the link with which they sign in for the first time."""
    from heartline.server.shell import start

    start.prepare(data.absolute())
    from heartline.server.accounts import audit, commands

    units = tuple(unit or ())
    _, token = commands.invite(email=email, role=role, units=units, name=name, by=audit.COMMAND_LINE)
    typer.echo(signin_address(data, url, token))


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    data: Data = default_folder(),  # noqa: B008
    kind: Annotated[KeyKind, typer.Option(help="What it does: read asks questions, write sends events.")] = "read",
    role: Annotated[str, typer.Option(help=ROLES)] = "analyst",
    unit: Annotated[list[str] | None, typer.Option(help="Only these units and what is below them.")] = None,
    source: Annotated[str, typer.Option(help="What its events are called by; default: as the key.")] = "",
) -> None:
    """Make an API key and print it, this once."""
    from heartline.server.shell import start

    start.prepare(data.absolute())
    from heartline.server.accounts import audit, commands

    if kind == "write":
        typer.echo(commands.create_write_key(name=name, source=source, by=audit.COMMAND_LINE))
    else:
        typer.echo(commands.create_key(name=name, role=role, units=tuple(unit or ()), by=audit.COMMAND_LINE))


@keys.command("revoke")
def revoke_key(
    name: Annotated[str, typer.Argument(help="The key's name.")],
    data: Data = default_folder(),  # noqa: B008
) -> None:
    """Make an API key useless from now on."""
    from heartline.server.shell import start

    start.prepare(data.absolute())
    from heartline.server.accounts import audit, commands

    commands.revoke_key(name=name, by=audit.COMMAND_LINE)
    typer.echo(f"The key “{name}” is revoked.")
