"""Which file an import means."""

from __future__ import annotations

import pytest

from leastscope.python.index.modules import ModuleIndex

TREE = (
    "app.py",
    "manage.py",
    "shop/__init__.py",
    "shop/views.py",
    "shop/models/__init__.py",
    "shop/models/order.py",
    "shop/vendor.py",
    "plain/tool.py",
    "plain/other.py",
    "plain/nested/deep.py",
    "src/lib/__init__.py",
    "src/lib/core.py",
    "tests/test_core.py",
    "services/one/main.py",
    "services/one/common.py",
    "services/two/main.py",
    "services/two/common.py",
)
INDEX = ModuleIndex(TREE, ["vendor"])


@pytest.mark.parametrize(
    ("importer", "module", "found"),
    [
        ("app.py", "shop", "shop/__init__.py"),
        ("app.py", "shop.views", "shop/views.py"),
        ("app.py", "shop.models", "shop/models/__init__.py"),
        ("app.py", "shop.models.order", "shop/models/order.py"),
        ("app.py", "shop.missing", None),
        ("app.py", "manage", "manage.py"),
        ("app.py", "json", None),
        ("shop/models/order.py", "shop.views", "shop/views.py"),
        ("shop/models/order.py", "app", "app.py"),
        ("shop/models/order.py", "models", None),
        ("shop/vendor.py", "models.order", "shop/models/order.py"),
        ("shop/models/order.py", "models.order", "shop/models/order.py"),
        ("app.py", "models.order", None),
        ("plain/tool.py", "other", "plain/other.py"),
        ("plain/tool.py", "plain.other", "plain/other.py"),
        ("plain/tool.py", "nested.deep", "plain/nested/deep.py"),
        ("app.py", "plain", "plain"),
        ("app.py", "plain.nested", "plain/nested"),
        ("app.py", "lib.core", "src/lib/core.py"),
        ("tests/test_core.py", "lib", "src/lib/__init__.py"),
        ("tests/test_core.py", "src.lib.core", "src/lib/core.py"),
        ("services/one/main.py", "common", "services/one/common.py"),
        ("services/two/main.py", "common", "services/two/common.py"),
    ],
)
def test_an_absolute_import_means_the_nearest_module_of_the_name(importer: str, module: str, found: str | None) -> None:
    assert INDEX.find(importer, module, 0) == found


@pytest.mark.parametrize(
    ("importer", "module", "level", "found"),
    [
        ("shop/views.py", "", 1, "shop/__init__.py"),
        ("shop/views.py", "models", 1, "shop/models/__init__.py"),
        ("shop/views.py", "models.order", 1, "shop/models/order.py"),
        ("shop/__init__.py", "views", 1, "shop/views.py"),
        ("shop/models/order.py", "", 2, "shop/__init__.py"),
        ("shop/models/order.py", "views", 2, "shop/views.py"),
        ("shop/models/__init__.py", "order", 1, "shop/models/order.py"),
        ("shop/models/__init__.py", "views", 2, "shop/views.py"),
        ("plain/tool.py", "other", 1, "plain/other.py"),
        ("plain/nested/deep.py", "tool", 2, "plain/tool.py"),
        ("app.py", "manage", 1, "manage.py"),
        ("app.py", "manage", 2, None),
        ("shop/views.py", "manage", 9, None),
        ("shop/views.py", "missing", 1, None),
        ("shop/views.py", "vendor", 1, "shop/vendor.py"),
    ],
)
def test_a_relative_import_starts_at_the_package(importer: str, module: str, level: int, found: str | None) -> None:
    assert INDEX.find(importer, module, level) == found


@pytest.mark.parametrize(
    ("tree", "importer", "found"),
    [
        (("app.py",), "app.py", None),
        (("shop/__init__.py", "shop/vendor.py", "shop/views.py"), "shop/views.py", None),
        (("shop/__init__.py", "shop/vendor.py"), "shop/vendor.py", None),
        (("deep/shop/vendor/__init__.py", "app.py"), "app.py", None),
        (("vendor/__init__.py", "bin/app.py"), "bin/app.py", "vendor/__init__.py"),
        (("vendor/__init__.py", "bin/deep/app.py"), "bin/deep/app.py", "vendor/__init__.py"),
        (("vendor/readme/a.py", "bin/app.py"), "bin/app.py", None),
        (("vendor.py", "app.py"), "app.py", None),
        (("plugins/vendor/__init__.py", "plugins/vendor/api.py"), "plugins/vendor/api.py", None),
    ],
)
def test_the_name_of_a_library_means_the_library_unless_a_folder_further_up_has_a_package_of_that_name(
    tree: tuple[str, ...], importer: str, found: str | None
) -> None:
    assert ModuleIndex(tree, ["vendor"]).find(importer, "vendor", 0) == found


@pytest.mark.parametrize(
    ("package", "name", "found"),
    [
        ("shop/__init__.py", "views", "shop/views.py"),
        ("shop/__init__.py", "models", "shop/models/__init__.py"),
        ("plain", "nested", "plain/nested"),
        ("plain", "tool", "plain/tool.py"),
        ("shop/__init__.py", "missing", None),
        ("app.py", "views", None),
    ],
)
def test_a_submodule_is_looked_for_in_its_package_alone(package: str, name: str, found: str | None) -> None:
    assert INDEX.submodule(package, name) == found


@pytest.mark.parametrize(
    ("package", "found"),
    [
        ("shop/__init__.py", ("shop/models/__init__.py", "shop/vendor.py", "shop/views.py")),
        ("plain", ("plain/other.py", "plain/tool.py")),
        ("app.py", ()),
    ],
)
def test_the_modules_of_a_package_are_its_files_and_packages_of_that_level(
    package: str, found: tuple[str, ...]
) -> None:
    assert INDEX.modules_in(package) == found


def test_what_was_asked_of_a_package_has_another_answer_once_it_has_another_module() -> None:
    index = ModuleIndex(TREE)
    index.modules_in("shop/__init__.py")
    assert ModuleIndex([*TREE, "plain/new.py"]).answers(index.lookups)
    assert not ModuleIndex([*TREE, "shop/new.py"]).answers(index.lookups)


@pytest.mark.parametrize(
    ("tree", "importer", "module", "found"),
    [
        (("apps/one/main.py", "libs/pay/pay/__init__.py"), "apps/one/main.py", "pay", "libs/pay/pay/__init__.py"),
        (
            ("apps/one/main.py", "libs/pay/src/pay/__init__.py"),
            "apps/one/main.py",
            "pay",
            "libs/pay/src/pay/__init__.py",
        ),
        (("main.py", "pay/pay/__init__.py", "pay/setup.py"), "main.py", "pay", "pay/pay/__init__.py"),
        (("main.py", "pay/pay/__init__.py"), "main.py", "pay.pay", "pay/pay/__init__.py"),
        (("main.py", "pay/other/pay.py"), "main.py", "pay", "pay"),
        (("apps/one/main.py", "libs/pay/other.py"), "apps/one/main.py", "pay", "libs/pay"),
    ],
)
def test_a_package_is_taken_before_the_folder_of_its_project(
    tree: tuple[str, ...], importer: str, module: str, found: str
) -> None:
    assert ModuleIndex(tree).find(importer, module, 0) == found


def test_the_order_of_the_files_decides_nothing() -> None:
    turned = ModuleIndex(reversed(TREE), ["vendor"])
    questions = [(importer, module) for importer in TREE for module in ("common", "lib.core", "shop", "tool", "main")]
    assert [turned.find(*question, 0) for question in questions] == [INDEX.find(*question, 0) for question in questions]
