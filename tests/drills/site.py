"""A site of a drill's own, by the commands that operators give."""

import os
import subprocess
from pathlib import Path

from tests.newsapp.server_process import PATIENCE_SECONDS, ROOT, VARIABLES


class Site:
    """The site whose data are in FOLDER, with VARIABLES as its settings and nothing of this machine's."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        clean = os.environ | dict.fromkeys(VARIABLES, "")
        del clean["DJANGO_SETTINGS_MODULE"]
        self.environment = clean | {"SIJILL_DATA_DIR": str(folder), "SIJILL_DEMO": "0"} | variables

    def start(self, *command: str) -> subprocess.Popen:
        """Begin COMMAND of script/manage."""
        return subprocess.Popen(
            [ROOT / "script" / "manage", *command],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *command: str) -> str:
        """What COMMAND of script/manage says."""
        process = self.start(*command)
        said, _none = process.communicate(timeout=10 * PATIENCE_SECONDS)
        assert process.returncode == 0, said
        return said
