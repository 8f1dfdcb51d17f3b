"""npm packages that only tests need, installed once into build/npm."""

import pathlib
import shutil
import subprocess

import pytest

NPM = pathlib.Path(__file__).resolve().parents[2] / "build" / "npm"
INSTALL_S = 300


def npm_packages(*wanted):
    """The folder in which node finds `wanted` ("name@version")."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.fail("node and npm are missing: deploy/deps.sh test installs them")
    folder = NPM / "+".join(wanted).replace("/", "_").replace("@", "_")
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
        subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent",
                        *wanted], cwd=folder, check=True, timeout=INSTALL_S)
        (folder / "installed").touch()
    return folder
