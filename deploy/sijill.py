#!/usr/bin/python3
"""Install Sijill on a Debian 12, and bring it to another release without a request lost (docs/operating.md).

    deploy/sijill.py install NAME     from nothing to https://NAME/; again, it adds what is missing
    sijill upgrade FOLDER             to the release in FOLDER; the one before stays beside it
    sijill back                       to the one before
    sijill restart                    after a change of settings
    sijill status
    sijill manage COMMAND…            script/manage, as the site's account
    sijill remove [--everything]

Only Python's standard library is needed, and root. What it makes:

    /srv/sijill/releases/…            a folder a release, with a Python environment of its own; root's
    /srv/sijill/current, previous     the release in service, and the one before
    /srv/sijill/ports/8000, 8001      which release serves there: one at a time, both while they change places
    /etc/sijill/                      settings, certificate, and requirements.txt for packages of your own
    /var/lib/sijill, /var/backups/sijill, /run/sijill
    units in /etc/systemd/system; sijill.conf for nginx, PostgreSQL and journald

A file that was changed by hand since is left as it is; what would have been written is beside it, with `.new` at the
end.
"""

import argparse
import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

TREE = Path(__file__).resolve().parents[1]
"""The release that this file is of."""

HOME = Path("/srv/sijill")
RELEASES, PORTS, CURRENT, PREVIOUS = HOME / "releases", HOME / "ports", HOME / "current", HOME / "previous"
ETC = Path("/etc/sijill")
ENVIRONMENT = ETC / "sijill.env"
OWN_PACKAGES = ETC / "requirements.txt"
"""What an operator wants installed beside the packages of each release."""

CERTIFICATE, CERTIFICATE_KEY = ETC / "tls" / "fullchain.pem", ETC / "tls" / "privkey.pem"
WEB = Path("/var/www/sijill")
AWAY_PAGE = WEB / "sijill-away.html"
NGINX = Path("/etc/nginx/conf.d/sijill.conf")
POSTGRES = Path("/etc/postgresql/15/main/conf.d/sijill.conf")
COMMAND = Path("/usr/local/sbin/sijill")
UNITS = Path("/etc/systemd/system")
BROKEN_OFF_BY = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)
"""Somebody's Ctrl-C, a connection that is lost, a machine that is shut down."""

OWN_FILES = {
    "sysusers.conf": Path("/usr/lib/sysusers.d/sijill.conf"),
    "tmpfiles.conf": Path("/usr/lib/tmpfiles.d/sijill.conf"),
    "journald.conf": Path("/etc/systemd/journald.conf.d/sijill.conf"),
}
WRITTEN = HOME / "written.json"
"""The sums of files as they were written here, by which those that were changed since are known."""

ACCOUNT = "sijill"
EXAMPLE_NAME = "archive.example.org"
PACKAGES = ("python3", "python3-venv", "nginx", "openssl", "ca-certificates", "logrotate")
POSTGRES_PACKAGE = "postgresql-15"
TWO_PORTS = (8000, 8001)
KEPT_RELEASES = 3
START_PATIENCE_SECONDS = 180
MOST_RESTARTS = 2
NGINX_PATIENCE_SECONDS = 30
LOCK_TRIES, LOCK_PAUSE_SECONDS = 12, 5
ASK_TIMEOUT_SECONDS = 30
PAGES = ("/healthz", "/", f"/search/?q={quote('لبنان')}", "/robots.txt", "/feeds/latest.rss")
"""What a new release has to answer before a reader meets it, beside a file of its own style."""

LEFT_BEHIND = {".git", ".venv", ".venv.log", ".data", ".env", "__pycache__"}
UPSTREAM = re.compile(r"(?<=server 127\.0\.0\.1:)\d+(?=;)")


class StepError(Exception):
    """What was asked for cannot be done; the message says why."""


def say(line: str) -> None:
    with contextlib.suppress(OSError):  # Whoever read it may have lost the connection.
        print(line, flush=True)


def take_signals() -> None:
    """Let what breaks us off be as Ctrl-C is, once: what is done then, so that all is as it has to be, is done."""

    def break_off(_number: int, _frame: object) -> NoReturn:
        for number in BROKEN_OFF_BY:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in BROKEN_OFF_BY:
        signal.signal(number, break_off)


def run(*command: str | Path, text_in: str | None = None, **options) -> str:
    """What COMMAND prints; its last words are the StepError if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        input=text_in,
        stdin=subprocess.DEVNULL if text_in is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if done.returncode:
        last = "\n  ".join(done.stdout.strip().splitlines()[-15:])
        raise StepError(f"{' '.join(map(str, command))} failed:\n  {last}")
    return done.stdout


def as_site(release: Path, *arguments: str | Path, **variables: str) -> str:
    """Run script/manage of RELEASE as the site's account."""
    given = [f"{name}={value}" for name, value in variables.items()]
    return run("runuser", "-u", ACCOUNT, "--", "env", *given, release / "script" / "manage", *arguments, cwd="/")


# --- Files ------------------------------------------------------------------------------------------------------


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def written() -> dict[str, str]:
    return json.loads(WRITTEN.read_text()) if WRITTEN.exists() else {}


def remember(sums: dict[str, str]) -> None:
    """Let SUMS be what `written` returns."""
    replace(WRITTEN, json.dumps(sums, indent=1))


def beside(path: Path) -> Path:
    """Where that is put which would be written to PATH, had nobody changed it."""
    return path.with_name(f"{path.name}.new")


def put(path: Path, text: str) -> bool:
    """Write TEXT to PATH, unless it was changed by hand since it was written here; whether it is another now."""
    sums = written()
    there = path.read_bytes() if path.exists() else None
    if there == text.encode():
        beside(path).unlink(missing_ok=True)
    elif there is not None and digest(there) != sums.get(str(path)):
        beside(path).write_text(text)
        say(f"{path} was changed by hand and is left so: compare it with {beside(path).name}.")
        return False
    else:
        say(f"Writing {path}")
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, text)
    remember(sums | {str(path): digest(text.encode())})
    return there != text.encode()


def replace(path: Path, text: str) -> None:
    """Write TEXT to PATH at once: nobody sees half of it."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text)
    draft.replace(path)


def point(link: Path, target: Path) -> None:
    """Let LINK lead to TARGET, at once."""
    link.parent.mkdir(parents=True, exist_ok=True)
    draft = link.with_name(f".{link.name}.draft")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(link)


def target_of(link: Path) -> Path | None:
    return link.resolve() if link.is_symlink() and link.exists() else None


# --- The machine ------------------------------------------------------------------------------------------------


def install_packages(*packages: str) -> None:
    listed = run("dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n")
    if missing := [name for name in packages if f"{name} installed" not in listed.splitlines()]:
        say(f"Installing {', '.join(missing)}…")
        wait = "DPkg::Lock::Timeout=300"
        run("apt-get", "update", "-qq", "-o", wait)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "-o", wait, *missing, env=environment)


def system_files(release: Path) -> dict[Path, Path]:
    """Where what RELEASE brings for systemd is put, and where it comes from."""
    found = sorted((release / "deploy" / "systemd").iterdir())
    return {OWN_FILES.get(path.name, UNITS / path.name): path for path in found}


def write_system_files(release: Path) -> None:
    """Units, the account, its folders, and how long logs are kept, as RELEASE has them."""
    changed = {place for place, path in system_files(release).items() if put(place, path.read_text())}
    if changed:
        run("systemctl", "daemon-reload")
    run("systemd-sysusers", OWN_FILES["sysusers.conf"])
    run("systemd-tmpfiles", "--create", OWN_FILES["tmpfiles.conf"])
    if OWN_FILES["journald.conf"] in changed:
        restart_journald()


def restart_journald() -> None:
    """Let journald read its file, which it does when it starts."""
    run("systemctl", "try-restart", "systemd-journald")


def remove_units_of_others(release: Path) -> None:
    """Take away the units of releases before that RELEASE does not bring; one that was changed by hand stays."""
    sums, brought = written(), system_files(release)
    gone = [
        path
        for path in map(Path, sums)
        if path.parent == UNITS
        and path not in brought
        and path.exists()
        and digest(path.read_bytes()) == sums[str(path)]
    ]
    for path in gone:
        say(f"Removing {path}")
        if "@" not in path.name:
            run("systemctl", "disable", "--now", path.name)
        path.unlink()
    if gone:
        remember({name: sums[name] for name in sums if Path(name) not in gone})
        run("systemctl", "daemon-reload")


def write_settings(name: str, database: str | None) -> None:
    """Make the file of settings, for a site called NAME; one that is there belongs to the operator."""
    if ENVIRONMENT.exists():
        if site_name() != name:
            raise StepError(f"{ENVIRONMENT} is of {site_name()}: change ALLOWED_HOSTS there first.")
    else:
        text = (TREE / "deploy" / "sijill.env").read_text().replace(EXAMPLE_NAME, name)
        text = text.replace("METRICS_TOKEN=\n", f"METRICS_TOKEN={secrets.token_hex(24)}\n")
        if database:
            text = re.sub(r"(?m)^DATABASE_URL=.*$", lambda _line: f"DATABASE_URL={database}", text)
        ETC.mkdir(mode=0o755, exist_ok=True)
        say(f"Writing {ENVIRONMENT}")
        # Closed before anything is in it.
        ENVIRONMENT.touch(mode=0o600)
        ENVIRONMENT.write_text(text)
    for path in (ENVIRONMENT, *ETC.glob("*.key")):
        shutil.chown(path, "root", ACCOUNT)
        path.chmod(0o640)


def setting(name: str) -> str:
    """The setting NAME as it stands in the file, or nothing."""
    found = re.search(rf"(?m)^{name}=(.*)$", ENVIRONMENT.read_text()) if ENVIRONMENT.exists() else None
    return found[1].strip() if found else ""


def site_name() -> str:
    return setting("ALLOWED_HOSTS").split(",")[0].strip()


def has_own_postgres() -> bool:
    return "%2Fvar%2Frun%2Fpostgresql" in setting("DATABASE_URL")


def write_postgres(release: Path) -> None:
    """PostgreSQL's settings as RELEASE has them, fitted to the machine; it is not restarted under readers."""
    total = int(re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text())[1]) // 1024
    text = (release / "deploy" / "postgresql.conf").read_text()
    for name, megabytes in {"shared_buffers": total // 4, "effective_cache_size": total // 2}.items():
        text, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {megabytes}MB", text)
        if count != 1:
            raise StepError(f"{release}/deploy/postgresql.conf has to have one {name}.")
    if put(POSTGRES, text):
        if serving_port():
            say("It counts from PostgreSQL's next start: systemctl restart postgresql@15-main, when readers are few.")
        else:
            run("systemctl", "restart", "postgresql@15-main")


def prepare_postgres() -> None:
    """PostgreSQL of this machine, fitted to its memory, with the site's role and database."""
    install_packages(POSTGRES_PACKAGE)
    if not target_of(CURRENT):  # Else the release that comes into service writes its own.
        write_postgres(TREE)
    run("systemctl", "enable", "--now", "postgresql")
    tell_postgres(f"""
        SELECT 'CREATE ROLE {ACCOUNT} LOGIN'
            WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ACCOUNT}') \\gexec
        SELECT 'CREATE DATABASE {ACCOUNT} OWNER {ACCOUNT} ENCODING ''UTF8'' LOCALE ''C.UTF-8'' TEMPLATE template0'
            WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{ACCOUNT}') \\gexec
    """)
    show_counted_statements()


def show_counted_statements() -> None:
    """Let the site see what PostgreSQL counts of its statements, once it has started with the file that says so."""
    tell_postgres(f"\\connect {ACCOUNT}\nCREATE EXTENSION IF NOT EXISTS pg_stat_statements;\n")


def tell_postgres(statements: str) -> None:
    program = ("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
    run("runuser", "-u", "postgres", "--", *program, text_in=statements, cwd="/")


def make_certificate(name: str) -> None:
    """A certificate that no browser trusts, so that nginx can start before there is a better one."""
    for path in (CERTIFICATE, CERTIFICATE_KEY):
        if path.is_symlink() and not path.exists():  # Of Let's Encrypt's, copied from another machine.
            path.unlink()
    if CERTIFICATE.exists():
        return
    say(f"Making a certificate that browsers warn of, until there is a better one in {CERTIFICATE.parent}")
    CERTIFICATE.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    subject = ("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", CERTIFICATE_KEY)
    run("openssl", "req", "-x509", "-days", "3650", *key, "-out", CERTIFICATE, *subject)
    CERTIFICATE_KEY.chmod(0o600)


# --- Releases ---------------------------------------------------------------------------------------------------


def is_clone(tree: Path) -> bool:
    return (tree / ".git").exists() and shutil.which("git") is not None


def files_of(tree: Path) -> list[Path]:
    """What belongs to the release in TREE: what git knows, or all but what scripts make."""
    if is_clone(tree):
        listed = run("git", "-c", f"safe.directory={tree}", "-C", tree, "ls-files", "-z").split("\0")
        return sorted(tree / name for name in listed if name and (tree / name).exists())
    found = []
    for folder, names, files in os.walk(tree):
        names[:] = [name for name in names if name not in LEFT_BEHIND]
        found += [Path(folder) / name for name in files if name not in LEFT_BEHIND]
    return sorted(found)


def release_name(tree: Path, files: list[Path]) -> str:
    """A name for the release in TREE that tells it from any other by what is in it, and installed for it."""
    version = "archive"
    if is_clone(tree):
        version = run("git", "-c", f"safe.directory={tree}", "-C", tree, "describe", "--tags", "--always").strip()
    sums = hashlib.sha256()
    for path in files:
        sums.update(f"{path.relative_to(tree)} {path.stat().st_mode & 0o111} {digest(path.read_bytes())}\n".encode())
    if OWN_PACKAGES.exists():
        sums.update(OWN_PACKAGES.read_bytes())
    return f"{re.sub('[^A-Za-z0-9.]', '_', version)}-{sums.hexdigest()[:8]}"


def build(tree: Path) -> Path:
    """The folder of the release in TREE, made unless it is there, with its Python environment."""
    if tree.parent == RELEASES:
        return tree
    files = files_of(tree)
    release = RELEASES / release_name(tree, files)
    ready = release / ".ready"
    if ready.exists():
        return release
    say(f"Making {release}…")
    shutil.rmtree(release, ignore_errors=True)  # One that was broken off.
    for path in files:
        place = release / path.relative_to(tree)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place, follow_symlinks=False)
    for folder, _names, names in os.walk(release):
        for path in (Path(folder), *(Path(folder) / name for name in names)):
            os.chown(path, 0, 0, follow_symlinks=False)
            if not path.is_symlink():
                # Everybody may read it, and only root change it, whatever it was like where it comes from.
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    (release / ".env").symlink_to(ENVIRONMENT)
    install = '. script/_setup; setup requirements.txt; [ ! -e "$1" ] || install_requirements requirements.txt "$1"'
    run("bash", "-c", install, "build", OWN_PACKAGES, cwd=release)
    run(release / ".venv/bin/python", "-m", "compileall", "-q", "archive", "newsapp", cwd=release)
    ready.touch()
    return release


def prune() -> None:
    """Remove the oldest releases, but for those in service and before."""
    kept = {target_of(CURRENT), target_of(PREVIOUS)}
    found = sorted((path for path in RELEASES.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime)
    for release in [path for path in found if path not in kept][max(0, KEPT_RELEASES - len(kept)) :]:
        say(f"Removing {release}")
        shutil.rmtree(release)


# --- Services ---------------------------------------------------------------------------------------------------


def serving_port() -> int | None:
    """The port of this machine that nginx leads readers to; none before there is a release."""
    found = UPSTREAM.search(NGINX.read_text()) if NGINX.exists() else None
    return int(found[0]) if found and target_of(PORTS / found[0]) else None


def ask(port: int, path: str, *, tls: bool = False) -> tuple[int, str]:
    """The status and text of PATH at PORT of this machine, as a reader of the site gets it."""
    if tls:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # The first one is nobody's.
        client = http.client.HTTPSConnection("127.0.0.1", port, timeout=ASK_TIMEOUT_SECONDS, context=context)
    else:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=ASK_TIMEOUT_SECONDS)
    try:
        client.request("GET", path, headers={"Host": site_name(), "X-Forwarded-Proto": "https"})
        answer = client.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        client.close()


def start(port: int, release: Path) -> None:
    """Start RELEASE at PORT, and return when it answers as it should."""
    unit = f"sijill-server@{port}.service"
    say(f"Starting {release.name} at port {port}…")
    point(PORTS / str(port), release)
    started = time.time()
    # Stopped and started, not restarted: only so its restarts are counted from nothing.
    run("systemctl", "stop", unit)
    run("systemctl", "start", unit)
    try:
        await_ready(port, unit)
        look_at_pages(port)
    except StepError as failure:
        last = ("--quiet", "--no-pager", "--output=cat", "--lines=15")
        said = run("journalctl", *last, f"--since=@{started:.0f}", f"--unit={unit}")
        raise StepError(f"{failure}\nIt said:\n{said}") from failure


def await_ready(port: int, unit: str) -> None:
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    reason = "nothing answers"
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, reason = ask(port, "/readyz")
            if status == 200:
                return
        if int(run("systemctl", "show", "--property=NRestarts", "--value", unit)) > MOST_RESTARTS:
            raise StepError("It ends by itself.")
        time.sleep(0.5)
    raise StepError(f"It is not ready after {START_PATIENCE_SECONDS} seconds ({reason}).")


def look_at_pages(port: int) -> None:
    """Ask for pages of all kinds, and for what one of them is made of."""
    pages = list(PAGES)
    for path in pages:
        try:
            status, text = ask(port, path)
        except (OSError, http.client.HTTPException) as error:
            raise StepError(f"{path} does not answer ({error}).") from error
        if status != 200:
            raise StepError(f"{path} answers {status}.")
        if path == "/":
            style = re.search(r'href="(/static/[^"]+\.css)"', text)
            if not style:
                raise StepError("The front page has no style.")
            pages.append(style[1])


def lead_readers_to(port: int, release: Path) -> None:
    """Let nginx, as RELEASE has it, ask PORT from now on; requests under way end where they began."""
    try:
        with or_as_they_were(NGINX):
            write_nginx(port, release)
            run("nginx", "-t")
            run("systemctl", "enable", "nginx")
            run("systemctl", "reload-or-restart", "nginx")
            status, _text = ask(443, "/healthz", tls=True)
            if status != 200:
                raise StepError(f"https://{site_name()}/healthz answers {status}.")
    except BaseException as failure:  # Also where somebody loses patience.
        if NGINX.exists():
            with contextlib.suppress(StepError):  # What has failed before says more.
                run("systemctl", "reload-or-restart", "nginx")
        if isinstance(failure, (StepError, OSError)):
            raise StepError(f"nginx could not be led to port {port}: {failure}") from failure
        raise


@contextlib.contextmanager
def or_as_they_were(*paths: Path) -> Iterator[None]:
    """Leave the files at PATHS, those beside them and what is known of them as they were if what is within fails."""

    def found() -> dict[Path, str | None]:
        every = (*paths, *map(beside, paths))
        return {path: path.read_text() if path.exists() else None for path in every}

    before, sums = found(), written()
    try:
        yield
    except BaseException:
        changed = {path for path, text in found().items() if text != before[path]}
        for path in changed:
            if before[path] is None:
                path.unlink()
            else:
                replace(path, before[path])
        remember(sums)
        if OWN_FILES["journald.conf"] in changed:
            with contextlib.suppress(StepError):  # What has failed before says more.
                restart_journald()
        raise


def write_nginx(port: int, release: Path) -> None:
    """nginx's file as RELEASE has it; in one that was changed by hand the port alone."""
    if NGINX.exists():
        rewrite_port(port)
    else:
        Path("/etc/nginx/sites-enabled/default").unlink(missing_ok=True)
    text = (release / "deploy" / "nginx.conf").read_text().replace(EXAMPLE_NAME, site_name())
    put(NGINX, UPSTREAM.sub(str(port), text))


def rewrite_port(port: int) -> None:
    """Change the port in nginx's file, which stays known as ours if it was."""
    text, sums = NGINX.read_text(), written()
    ours = digest(text.encode()) == sums.get(str(NGINX))
    text = UPSTREAM.sub(str(port), text)
    replace(NGINX, text)
    if ours:
        remember(sums | {str(NGINX): digest(text.encode())})


def await_nginx() -> None:
    """Return when the processes of nginx that know the port of before have ended, or are at something very long."""
    deadline = time.monotonic() + NGINX_PATIENCE_SECONDS
    while time.monotonic() < deadline:
        time.sleep(0.5)
        if not any("nginx: worker process is shutting down" in line for line in command_lines()):
            return


def command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_text(errors="replace").replace("\0", " ")


def migrate(release: Path) -> None:
    """Migrate the database. A lock that is not given soon is asked for later: readers wait in line behind it."""
    for attempt in range(LOCK_TRIES):
        try:
            as_site(release, "migrate", "--verbosity=0", PGOPTIONS="-c lock_timeout=3s")
            return
        except StepError as failure:
            if "lock timeout" not in str(failure) or attempt == LOCK_TRIES - 1:
                raise
            say("The database is busy; trying again…")
            time.sleep(LOCK_PAUSE_SECONDS)


def write_away_page(release: Path) -> None:
    """What nginx shows while nothing answers."""
    code = "from django.template.loader import render_to_string as page; print(page('503.html'))"
    text = as_site(release, "shell", "--no-imports", "--verbosity=0", "-c", code)
    WEB.mkdir(parents=True, exist_ok=True)
    replace(AWAY_PAGE, text[text.index("<!doctype") :])


def bring_into_service(release: Path) -> None:
    """Let RELEASE take over from the one in service, if any, with its units and its nginx.

    After a StepError the one before serves as before, with its own.
    """
    old_port = serving_port()
    new_port = next(port for port in TWO_PORTS if port != old_port)
    unit = f"sijill-server@{new_port}.service"
    try:
        with or_as_they_were(*system_files(release), AWAY_PAGE):
            write_system_files(release)
            start(new_port, release)
            write_away_page(release)
            # Before readers are led to it: a machine that starts again meanwhile has both.
            run("systemctl", "enable", unit)
            lead_readers_to(new_port, release)
    except BaseException:  # Also where somebody loses patience.
        for command in (("disable", "--now", unit), ("daemon-reload",)):
            with contextlib.suppress(StepError):  # What has failed before says more.
                run("systemctl", *command)
        raise
    # From here on it serves, whatever comes.
    before = target_of(CURRENT)
    if before and before != release:
        point(PREVIOUS, before)
    point(CURRENT, release)
    point(COMMAND, CURRENT / "deploy" / "sijill.py")
    await_nginx()
    if old_port:
        run("systemctl", "disable", "--now", f"sijill-server@{old_port}.service")
    try:
        remove_units_of_others(release)
        if has_own_postgres():
            write_postgres(release)
            show_counted_statements()
    except (StepError, OSError) as failure:
        say(f"{release.name} serves, but not everything is as it should be: {failure}")


@contextlib.contextmanager
def without_worker() -> Iterator[None]:
    """Hold the worker still, which does not know what a newer web server asks for; then start that of `current`."""
    unit = "sijill-worker.service"
    run("systemctl", "stop", unit)
    try:
        yield
    finally:
        if target_of(CURRENT):
            run("systemctl", "enable", "--now", unit)


# --- Commands ---------------------------------------------------------------------------------------------------


def install(options: argparse.Namespace) -> None:
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", options.name):
        raise StepError(f"{options.name} is no name of a site, such as {EXAMPLE_NAME}.")
    install_packages(*PACKAGES)
    HOME.mkdir(mode=0o755, exist_ok=True)
    if not target_of(CURRENT):
        write_system_files(TREE)
        (WEB / ".well-known" / "acme-challenge").mkdir(parents=True, exist_ok=True)
    write_settings(options.name, options.database)
    if has_own_postgres():
        prepare_postgres()
    make_certificate(options.name)
    release = build(TREE)
    if options.restore:
        if target_of(CURRENT):
            raise StepError("A backup is restored where nothing is yet: sijill remove --everything")
        say("Restoring the newest backup…")
        say(as_site(release, "restore_backup").strip())
    if release == target_of(CURRENT) and (port := serving_port()):
        write_system_files(release)
        run("systemctl", "start", "sijill.target")
        await_ready(port, f"sijill-server@{port}.service")
        lead_readers_to(port, release)
        if has_own_postgres():
            write_postgres(release)
    else:
        change_to(release, backup=target_of(CURRENT) is not None)
    run("systemctl", "enable", "--now", "sijill-backup.timer", "sijill-backup-drill.timer", "sijill.target")
    say(f"Sijill is at https://{options.name}/. An account for its first editor: sijill manage createsuperuser")


def upgrade(options: argparse.Namespace) -> None:
    tree = options.folder.resolve()
    if tree != TREE:  # The release knows best what it needs.
        command = tree / "deploy" / "sijill.py"
        if not command.exists():
            raise StepError(f"{tree} is no release of Sijill.")
        os.execv(command, [str(command), *sys.argv[1:]])
    if not target_of(CURRENT):
        raise StepError("Nothing is installed here yet: deploy/sijill.py install NAME")
    install_packages(*PACKAGES)
    release = build(tree)
    if release == target_of(CURRENT):
        say(f"{release.name} is in service already.")
        return
    change_to(release, backup=options.backup)
    prune()


def change_to(release: Path, *, backup: bool) -> None:
    """Bring RELEASE, which is built, into service: checked, after a backup, on a migrated database."""
    say(as_site(release, "check", "--deploy").strip())
    with without_worker():
        if backup:
            say("Making a backup…")
            run("systemctl", "start", "sijill-backup.service")
        say("Migrating the database…")
        migrate(release)
        bring_into_service(release)
    say(f"{release.name} is in service.")


def back(_options: argparse.Namespace) -> None:
    release = target_of(PREVIOUS)
    if not release:
        raise StepError("There is no release before this one.")
    with without_worker():
        bring_into_service(release)
    say(f"{release.name} is in service; the database stays as it is, which that release can live with.")


def restart(_options: argparse.Namespace) -> None:
    release = target_of(CURRENT)
    if not release:
        raise StepError("Nothing is installed here yet: deploy/sijill.py install NAME")
    with without_worker():
        bring_into_service(release)
    say("Everything runs with the settings as they are now.")


def status(_options: argparse.Namespace) -> None:
    for name, link in (("in service", CURRENT), ("before", PREVIOUS)):
        say(f"{name}: {found.name if (found := target_of(link)) else 'none'}")
    say(f"port: {serving_port()}")
    if CERTIFICATE.exists():
        until = run("openssl", "x509", "-in", CERTIFICATE, "-noout", "-enddate").strip()
        say(until.replace("notAfter=", "certificate until: "))
    say(run("systemctl", "list-units", "--all", "--no-legend", "--no-pager", "--plain", "sijill*").rstrip())


def manage(options: argparse.Namespace) -> None:
    command = [CURRENT.resolve() / "script" / "manage", *options.arguments]
    os.chdir("/")
    os.execvp("runuser", ["runuser", "-u", ACCOUNT, "--", *map(str, command)])


def remove(options: argparse.Namespace) -> None:
    """Take away what `install` brought but for packages; what the site holds only with --everything."""
    files = system_files(TREE)
    servers = [f"sijill-server@{port}.service" for port in TWO_PORTS]
    named = [path.name for path in files if path.parent == UNITS and "@" not in path.name and path.exists()]
    if (UNITS / "sijill.target").exists():
        run("systemctl", "disable", "--now", *named, *servers)
    own_postgres = has_own_postgres()
    for path in (*files, NGINX, POSTGRES, COMMAND):
        path.unlink(missing_ok=True)
    run("systemctl", "daemon-reload")
    with contextlib.suppress(StepError):
        run("systemctl", "reload", "nginx")
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.rmtree(WEB, ignore_errors=True)
    if not options.everything:
        say(f"The site's content is still there: {ETC}, /var/lib/sijill, /var/backups/sijill, and its database.")
        return
    if own_postgres:
        for statement in (f"DROP DATABASE IF EXISTS {ACCOUNT}", f"DROP ROLE IF EXISTS {ACCOUNT}"):
            run("runuser", "-u", "postgres", "--", "psql", "--quiet", "-c", statement, cwd="/")
    for folder in (ETC, Path("/var/lib/sijill")):
        shutil.rmtree(folder, ignore_errors=True)
    say("Nothing is left but packages, the account, and /var/backups/sijill.")


def main() -> int:
    """Return the exit code: 1 after a StepError."""
    parser = argparse.ArgumentParser(
        prog="sijill", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("install", help="from nothing to a running site")
    command.add_argument("name", help=f"of the site, such as {EXAMPLE_NAME}")
    command.add_argument(
        "--database", metavar="URL", help="of a PostgreSQL elsewhere, instead of one on this machine"
    )
    command.add_argument("--restore", action="store_true", help="begin with the newest backup in BACKUP_DIR")
    command.set_defaults(do=install)
    command = commands.add_parser("upgrade", help="to another release, without a request lost")
    command.add_argument("folder", type=Path, help="where that release is: a clone, or an archive unpacked")
    command.add_argument("--no-backup", dest="backup", action="store_false", help="make no backup first")
    command.set_defaults(do=upgrade)
    for name, do, about in (
        ("back", back, "to the release before"),
        ("restart", restart, "everything, one after the other, after a change of settings"),
        ("status", status, "what is in service"),
    ):
        commands.add_parser(name, help=about).set_defaults(do=do)
    command = commands.add_parser("manage", help="run a management command as the site's account")
    command.add_argument("arguments", nargs=argparse.REMAINDER)
    command.set_defaults(do=manage)
    command = commands.add_parser("remove", help="take it away again; the content stays")
    command.add_argument("--everything", action="store_true", help="the content too; backups stay")
    command.set_defaults(do=remove)
    options = parser.parse_args()
    if os.geteuid():
        print("Only root can do this.", file=sys.stderr)
        return 1
    os.umask(0o022)
    os.environ["LC_ALL"] = "C.UTF-8"
    take_signals()
    try:
        if options.do in (status, manage):
            options.do(options)
            return 0
        with Path("/run/lock/sijill").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            options.do(options)
    except (StepError, KeyboardInterrupt) as failure:
        print(str(failure) or "Broken off: `sijill status` tells what is in service.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
