"""What docs/architecture.md says of the code is so."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = (ROOT / "docs" / "architecture.md").read_text()


def contract() -> list[set[str]]:
    """The layers that lint enforces, from the top."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
    [layers] = [
        one["layers"] for one in configuration["tool"]["importlinter"]["contracts"] if one["type"] == "layers"
    ]
    return [set(layer.split(" | ")) for layer in layers]


def documented() -> list[set[str]]:
    """The layers of the table, whose modules after the first leave out their package."""
    rows = re.findall(r"^\| (`(?:archive|newsapp)\.[^|]+) \|", DOCS, re.MULTILINE)
    return [{_whole(name, row) for name in re.findall(r"`([\w.]+)`", row)} for row in rows]


def _whole(name: str, row: str) -> str:
    return row.removeprefix("`").partition(".")[0] + name if name.startswith(".") else name


def modules() -> set[str]:
    return {
        f"{package}.{path.stem}"
        for package in ("archive", "newsapp")
        for path in (ROOT / package).iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }


def test_every_module_has_its_layer():
    layers = [name for layer in contract() for name in layer]

    assert (sorted(layers), len(layers)) == (sorted(modules()), len(modules()))


def test_the_table_of_layers_is_the_contract():
    assert documented() == contract()


@pytest.mark.parametrize("folder", ["script", "bench"])
def test_every_program_is_in_the_table_of_folders(folder):
    [row] = re.findall(rf"^\| `{folder}/` \|(.+)\|$", DOCS, re.MULTILINE)
    programs = {path.name for path in (ROOT / folder).iterdir() if path.is_file() and not path.suffix}

    assert set(re.findall(r"`([\w-]+)`", row)) == {name for name in programs if not name.startswith("_")}


def test_files_that_are_named_are_there():
    named = set(re.findall(r"`((?:archive|newsapp|tests|script|bench|deploy|static|templates)/[\w/.-]+)`", DOCS))

    assert {name for name in named if not (ROOT / name).exists()} == set()
