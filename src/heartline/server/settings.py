"""Settings of the server, from the environment."""

SECRET_KEY = "only until the server's room is built"  # noqa: S105
USE_TZ = True
