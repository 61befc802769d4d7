"""Tries what nobody would write: broken programs, manifests and settings, and hostile texts in every format of output.

    python -m tools.fuzz --seconds 150
    python -m tools.fuzz --only documents --count 1000000

`projects` takes whole projects through the whole pipeline, `documents` holds the readers of manifests and settings against
broken files, `texts` puts hostile strings into a report and reads every format back. `guided` is run on its own.
"""
