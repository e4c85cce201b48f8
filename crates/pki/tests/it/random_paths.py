"""Judges paths with pyhanko-certvalidator: python random_paths.py FOLDER MOMENT

FOLDER holds for each line of `cases` an anchor, a leaf and what is in between, in PEM. Prints one line
for each: `valid`, or why not.
"""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError


def certificates(path):
    data = path.read_bytes()
    if not data:
        return []
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(data, multiple=True)]


async def judge(folder, case, moment):
    context = ValidationContext(
        trust_roots=certificates(folder / f"{case}.anchor"),
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=moment,
    )
    (leaf,) = certificates(folder / f"{case}.leaf")
    validator = CertificateValidator(
        leaf,
        intermediate_certs=certificates(folder / f"{case}.between"),
        validation_context=context,
    )
    try:
        await validator.async_validate_usage(set())
    except (PathBuildingError, ValidationError) as error:
        return "refused: " + str(error).splitlines()[0]
    return "valid"


async def main(folder, moment):
    for case in (folder / "cases").read_text().split():
        print(await judge(folder, case, moment))


asyncio.run(main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])))
