"""The abstract values: constants, text, URLs, objects, effects. Knows no table and no frame."""
