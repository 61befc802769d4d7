"""Words of findings and gaps as sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leastscope.report.sentences import full_message, sentence
from report_samples import MISSING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the name is not a literal", "The name is not a literal."),
        ("'a' is no permission; did you mean 'b'?", "'a' is no permission; did you mean 'b'?"),
        (" Done. ", "Done."),
        ("leastscope does not know the field", "leastscope does not know the field."),
        ("", ""),
    ],
)
def test_a_sentence_has_a_capital_and_a_mark_at_its_end(text: str, expected: str) -> None:
    assert sentence(text) == expected


def test_a_full_message_ends_with_what_to_do() -> None:
    finding = replace(MISSING, message="something is wrong", advice="Correct it.")
    assert full_message(finding) == "Something is wrong. Correct it."
    assert full_message(replace(finding, advice="")) == "Something is wrong."
