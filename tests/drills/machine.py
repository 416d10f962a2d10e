"""A bare Debian 12 that boots its own systemd in a folder, with this machine's network: as root, on Debian."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE_SECONDS = 60
BASE_PACKAGES = ("systemd-sysv", "dbus", "ca-certificates")
"""What every Debian has, and debootstrap's smallest has not."""

OWN_OF_THE_NETWORK = ("/etc/resolv.conf", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt", "/etc/apt/apt.conf")
"""How this machine reaches others, and whom it trusts for that."""

BOOT = """
set -e
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
cd "$2/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs tmpfs dev/shm
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
exec chroot . /usr/bin/env -i container=other PATH=/usr/sbin:/usr/bin /lib/systemd/systemd
"""


class Machine:
    """The machine whose disk is BASE, never written to, and what was changed since in FOLDER."""

    def __init__(self, base: Path, folder: Path) -> None:
        self.base, self.folder = base, folder
        for name in ("upper", "work", "root"):
            (folder / name).mkdir()
        self._process: subprocess.Popen | None = None
        self._systemd = 0

    def boot(self) -> None:
        command = ["unshare", "--mount", "--pid", "--uts", "--ipc", "--cgroup", "--propagation=private", "--fork"]
        self._process = subprocess.Popen(
            [*command, "bash", "-c", BOOT, "boot", str(self.base), str(self.folder)],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            assert self._process.poll() is None, "it does not boot"
            with contextlib.suppress(ValueError, OSError):
                [self._systemd] = map(
                    int, Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
                )
                if Path(f"/proc/{self._systemd}/comm").read_text() == "systemd\n" and not self.run_any(
                    "systemctl", "is-system-running", "--wait"
                )[1].startswith("offline"):
                    return
            assert time.monotonic() < deadline, "it does not boot"
            time.sleep(0.2)

    def shut_down(self) -> None:
        if self._process and self._process.poll() is None:
            os.kill(self._systemd, signal.SIGRTMIN + 4)  # As a virtual machine is asked to power off.
            try:
                self._process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                os.kill(self._systemd, signal.SIGKILL)
                self._process.wait()

    def run_any(self, *command: str) -> tuple[int, str]:
        """The exit code of COMMAND on the machine, and what it said."""
        inside = [
            "nsenter",
            f"--target={self._systemd}",
            "--mount",
            "--pid",
            "--uts",
            "--ipc",
            "--cgroup",
            "--root",
        ]
        variables = [
            "/usr/bin/env",
            "-i",
            "-C",
            "/",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
            "LANG=C.UTF-8",
        ]
        done = subprocess.run(
            [*inside, *variables, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout

    def run(self, *command: str) -> str:
        code, said = self.run_any(*command)
        assert code == 0, f"{' '.join(command)}\n{said}"
        return said

    def path(self, path: str) -> Path:
        """PATH of the machine as this one sees it, while it runs."""
        return Path(f"/proc/{self._systemd}/root{path}")


def make_base(folder: Path) -> None:
    """A bare Debian 12 in FOLDER, by debootstrap."""
    include = f"--include={','.join(BASE_PACKAGES)}"
    subprocess.run(
        ["debootstrap", "--variant=minbase", include, "bookworm", str(folder)], check=True, stdout=subprocess.DEVNULL
    )
    for path in map(Path, OWN_OF_THE_NETWORK):
        if path.exists():
            shutil.copyfile(path, folder / path.relative_to("/"))
    # Each machine makes its own.
    (folder / "etc" / "machine-id").write_text("")


@contextlib.contextmanager
def machine(base: Path, folder: Path) -> Iterator[Machine]:
    """A machine with the disk BASE, booted, and shut down in the end."""
    made = Machine(base, folder)
    made.boot()
    try:
        yield made
    finally:
        made.shut_down()
