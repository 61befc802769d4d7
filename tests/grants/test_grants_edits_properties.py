"""Whatever the style of a manifest or of settings in TOML, a fix changes one entry and nothing else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from edit_samples import NEW, app_of, fixed, recorded
from manifest_styles import Written, json_manifests, plain, rows, toml_settings, yaml_manifests


@settings(deadline=None, max_examples=150)
@given(st.one_of(json_manifests(), yaml_manifests()), st.integers(0, 4))
def test_whatever_the_style_only_the_entry_goes(manifest: Written, at: int) -> None:
    name = manifest.names[at % len(manifest.names)]
    after = fixed(manifest.text, "excess-grant", name, path=manifest.path)
    assert after is not None
    expected = plain(manifest, manifest.text)
    rows(manifest, expected)[:] = [row for row in rows(manifest, expected) if row["permission"] != name]
    assert plain(manifest, after) == expected
    assert [grant.name for grant in app_of({manifest.path: after}).grants] == [
        one for one in manifest.names if one != name
    ]
    assert is_part(after.replace(" []", ""), manifest.text) or not rows(manifest, expected)


def is_part(part: str, whole: str) -> bool:
    """Whether a text is another one from which characters were taken away."""
    left = iter(whole)
    return all(char in left for char in part)


@settings(deadline=None, max_examples=150)
@given(st.one_of(json_manifests(), yaml_manifests()))
def test_whatever_the_style_only_one_entry_comes(manifest: Written) -> None:
    after = fixed(manifest.text, "missing-grant", NEW, path=manifest.path)
    if after is None:
        return
    expected = plain(manifest, manifest.text)
    rows(manifest, expected).append({"permission": NEW, "purpose": ""})
    assert plain(manifest, after) == expected
    assert is_part(manifest.text, after)


@settings(deadline=None, max_examples=150)
@given(st.one_of(json_manifests(), yaml_manifests()))
def test_whatever_the_style_only_the_name_is_another(manifest: Written) -> None:
    for name in manifest.names:
        if name.endswith("_write") and name.replace("_write", "_read") not in manifest.names:
            after = fixed(manifest.text, "write-not-needed", name, path=manifest.path)
            assert after == manifest.text.replace(name, name.replace("_write", "_read"))


@settings(deadline=None, max_examples=200)
@given(toml_settings(), st.integers(0, 4))
def test_whatever_the_style_of_toml_only_the_entry_goes(written: Written, at: int) -> None:
    name = written.names[at % len(written.names)]
    after = recorded(written.text, "excess-grant", name)
    assert after is not None
    expected = plain(written, written.text)
    rows(written, expected)[:] = [row for row in rows(written, expected) if row["permission"] != name]
    found = plain(written, after)
    rows(written, found)
    assert found == expected
    assert is_part(after, written.text)


@settings(deadline=None, max_examples=200)
@given(toml_settings())
def test_whatever_the_style_of_toml_only_one_entry_comes(written: Written) -> None:
    after = recorded(written.text, "missing-grant", NEW)
    assert after is not None or "#" in written.text
    if after is not None:
        expected = plain(written, written.text)
        rows(written, expected).append({"permission": NEW, "reason": ""})
        assert plain(written, after) == expected
        assert is_part(written.text, after)


@settings(deadline=None, max_examples=200)
@given(toml_settings())
def test_whatever_the_style_of_toml_only_the_name_is_another(written: Written) -> None:
    for name in written.names:
        if name.endswith("_write") and name.replace("_write", "_read") not in written.names:
            after = recorded(written.text, "write-not-needed", name)
            assert after == written.text.replace(name, name.replace("_write", "_read"))
