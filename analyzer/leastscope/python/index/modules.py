"""Which file of the scanned tree an import means.

Knows how Python finds modules and nothing else: an absolute name is looked for from the folders above the importing file
that are no packages themselves, then from any folder of the tree that holds it, last from the packages around the
importing file; a relative one from the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet


class Lookups(msgspec.Struct, frozen=True):
    """What was asked of an index for some libraries, with the answers: all that an evaluation knows of the list of files.

    `found` is by importer, module and level; `named` by the name of a module; `inside` by package and name; `listed` by
    package.
    """

    libraries: tuple[str, ...] = ()
    found: dict[tuple[str, str, int], str | None] = {}
    named: dict[str, tuple[str, ...]] = {}
    inside: dict[tuple[str, str], str | None] = {}
    listed: dict[str, tuple[str, ...]] = {}


class ModuleIndex:
    """The Python files of a scan by path, for finding modules by name.

    `libraries` are top-level names that mean an installed library unless the tree has them at an import root.
    `lookups` are the questions so far.
    """

    def __init__(self, paths: Iterable[str], libraries: Iterable[str] = ()) -> None:
        self._files = frozenset(paths)
        self._folders = frozenset(_folders(self._files))
        self._libraries = frozenset(libraries)
        self._tops: dict[str, list[str]] = {}
        for path in sorted(self._files | self._folders):
            folder, _, name = path.rpartition("/")
            self._tops.setdefault(name.removesuffix(".py"), []).append(folder)
        self.lookups = Lookups(tuple(sorted(self._libraries)))

    def names_library(self, imported: AbstractSet[str]) -> bool:
        """Whether one of the top-level names means an installed library that is modeled."""
        return not self._libraries.isdisjoint(imported)

    def answers(self, lookups: Lookups) -> bool:
        """Whether these questions have the same answers here."""
        return (
            all(self._find(*asked) == found for asked, found in lookups.found.items())
            and all(self._called(name) == found for name, found in lookups.named.items())
            and all(self._submodule(*asked) == found for asked, found in lookups.inside.items())
            and all(self._modules_in(package) == found for package, found in lookups.listed.items())
        )

    def find(self, importer: str, module: str, level: int) -> str | None:
        """The file (or folder, for a package without `__init__.py`) that an import in `importer` means, or None."""
        known, asked = self.lookups.found, (importer, module, level)
        if asked not in known:
            known[asked] = self._find(importer, module, level)
        return known[asked]

    def submodule(self, package: str, name: str) -> str | None:
        """The module `name` inside a package given by its file or folder, or None."""
        known, asked = self.lookups.inside, (package, name)
        if asked not in known:
            known[asked] = self._submodule(package, name)
        return known[asked]

    def modules_in(self, package: str) -> tuple[str, ...]:
        """The modules and packages directly inside a package given by its file or folder."""
        known = self.lookups.listed
        if package not in known:
            known[package] = self._modules_in(package)
        return known[package]

    def called(self, name: str) -> tuple[str, ...]:
        """The modules of this name, and those directly inside a folder of this name."""
        known = self.lookups.named
        if name not in known:
            known[name] = self._called(name)
        return known[name]

    def _find(self, importer: str, module: str, level: int) -> str | None:
        if level:
            return self._relative(importer, module, level)
        parts = module.split(".")
        own = importer.rpartition("/")[0]
        for root in _above(own):
            if root != own and self._is_package(root):
                continue
            if self._is_package(own) and root == own:
                continue
            found = self._under(root, parts)
            if found and not (parts[0] in self._libraries and self._is_doubtful(root, parts[0], importer)):
                return self._package_in(found, parts)
        if parts[0] in self._libraries:
            return None
        found = self._anywhere(own, parts)
        return self._package_in(found, parts) if found else self._inside(own, parts)

    def _submodule(self, package: str, name: str) -> str | None:
        folder = package.removesuffix("/__init__.py")
        if folder.endswith(".py"):
            return None
        return self._under(folder, [name])

    def _modules_in(self, package: str) -> tuple[str, ...]:
        folder = package.removesuffix("__init__.py").rstrip("/")
        if folder.endswith(".py"):
            return ()
        own = f"{folder}/" if folder else ""
        inside = (path.removeprefix(own) for path in self._files if path.startswith(own))
        stems = (path.removesuffix("/__init__.py").removesuffix(".py") for path in inside if path.endswith(".py"))
        return tuple(
            path
            for stem in sorted(stems)
            if "/" not in stem and stem != "__init__" and (path := self._submodule(package, stem)) is not None
        )

    def _called(self, name: str) -> tuple[str, ...]:
        folder = f"/{name}/"
        return tuple(
            sorted(
                path
                for path in self._files
                if path.rpartition("/")[2] == f"{name}.py" or folder in f"/{path.rpartition('/')[0]}/"[-len(folder) :]
            )
        )

    def _relative(self, importer: str, module: str, level: int) -> str | None:
        folder = importer.rpartition("/")[0]
        for _ in range(level - 1):
            if not folder:
                return None
            folder = folder.rpartition("/")[0]
        return self._under(folder, module.split(".") if module else [])

    def _is_doubtful(self, root: str, top: str, importer: str) -> bool:
        """Whether a module that has a library's name is hardly what an import of that name means.

        It stands beside the importing file, around it, or is a folder without code.
        """
        base = f"{root}/{top}" if root else top
        around = importer.startswith(f"{base}/")
        is_code = f"{base}.py" in self._files or self._is_package(base)
        return around or not is_code or root == importer.rpartition("/")[0]

    def _anywhere(self, own: str, parts: list[str]) -> str | None:
        """The best folder of the tree that holds the module and is no package: the one closest to the importer."""
        roots = [root for root in self._tops.get(parts[0], ()) if not self._is_package(root)]
        for root in sorted(roots, key=lambda root: (-len(_common(root, own)), root)):
            found = self._under(root, parts)
            if found:
                return found
        return None

    def _package_in(self, found: str, parts: list[str]) -> str:
        """The package of a project whose folder has the same name, where the folder was found: `pay/pay`, `pay/src/pay`.

        Python takes a package before a folder of its name, wherever the two are on its path.
        """
        if found.endswith(".py") or len(parts) > 1:
            return found
        inner = (f"{found}/{parts[0]}/__init__.py", f"{found}/src/{parts[0]}/__init__.py")
        return next((path for path in inner if path in self._files), found)

    def _inside(self, own: str, parts: list[str]) -> str | None:
        """The module in the nearest package around the importer, which is an import root all the same.

        Programs that are started inside of a package do that. A single name is not looked for: `from worker import Worker`
        in a package with a `worker.py` means the library.
        """
        roots = (root for root in _above(own) if self._is_package(root) and len(parts) > 1)
        return next((found for root in roots if (found := self._under(root, parts))), None)

    def _under(self, root: str, parts: list[str]) -> str | None:
        base = "/".join([root, *parts] if root else parts)
        for candidate in (f"{base}/__init__.py" if base else "__init__.py", f"{base}.py"):
            if candidate in self._files:
                return candidate
        return base if base in self._folders else None

    def _is_package(self, folder: str) -> bool:
        return (f"{folder}/__init__.py" if folder else "__init__.py") in self._files


def _folders(files: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in files:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _above(folder: str) -> list[str]:
    """A folder and all the folders above it, nearest first, ending with the top (an empty string)."""
    found = [folder]
    while folder:
        folder = folder.rpartition("/")[0]
        found.append(folder)
    return found


def _common(one: str, other: str) -> str:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return one[:length]
