"""Photographs as they are kept, opened to be drawn small."""

import logging

from django.db.models.fields.files import FieldFile
from PIL import Image, ImageOps

MAX_PIXELS = 50_000_000
"""A larger one would take too much memory for a picture of a hand's breadth."""

NEEDED_SIZE = (800, 1260)
"""In pixels, twice as much as is drawn: JPEG is opened so small without reading more."""

logger = logging.getLogger(__name__)


def opened(file: FieldFile) -> Image.Image | None:
    """Return the picture in FILE the right way up and in one tone; None where it is missing, broken or too large."""
    try:
        with file.open() as stream, Image.open(stream) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.draft("L", NEEDED_SIZE)
            return ImageOps.exif_transpose(picture).convert("L")
    except (OSError, SyntaxError, Image.DecompressionBombError) as problem:  # The second is of a broken PNG.
        logger.warning("The picture %s cannot be drawn: %s", file.name, problem)
        return None
