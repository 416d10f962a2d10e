"""`python -m tests.with_database COMMAND…` runs it with DATABASE_URL set to a throw-away PostgreSQL, gone with it."""

import argparse
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from newsapp.postgres import Cluster, PostgresError, embedded_url


def main() -> int:
    """Return the command's exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.with_database", description=__doc__)
    parser.add_argument("--programs", type=Path, help="the folder of another PostgreSQL's programs")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sijill-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # As root: PostgreSQL 15 and older insist on a way to their directory.
        with Cluster(Path(folder), programs=options.programs, throwaway=True) as cluster:
            child = subprocess.Popen(["env", f"DATABASE_URL={embedded_url(cluster.data_dir)}", *options.command])
            # Ctrl-C reaches the command from the terminal; it ends in its own time, and we after it.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, lambda *_: child.terminate())
            return child.wait()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PostgresError as error:
        sys.exit(str(error))
