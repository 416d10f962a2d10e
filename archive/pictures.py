"""Pictures as readers get them: the sizes that a screen needs, in formats that are small, without what a camera adds.

An upload is stored without its metadata (where it was taken, by which device), upright, and only if it can be shown.
The worker makes the sizes afterwards (`archive.models.ImageSizes`); a page shows the picture itself until they are
there.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from PIL import ExifTags, ImageCms, ImageOps, features
from PIL import Image as Pillow

from archive import locks, picture_pieces
from archive.exceptions import PictureError
from archive.models import Image, ImageSizes, take_away
from archive.text.dates import format_number

WIDTHS = (480, 800, 1200, 1600)
"""In pixels; a narrower picture is kept in its own width too, and none is made wider."""

ENCODINGS = {"avif": {"quality": 60, "speed": 7}, "webp": {"quality": 78, "method": 4}}
"""The formats made, the smallest files first, and how; what Pillow cannot write here is left out."""

MAX_PIXELS = 64_000_000
"""What the largest cameras make; a small file may claim more, to fill the memory of whoever opens it."""

READ_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
"""What every browser shows. Of a JPEG that holds several pictures, as telephones write it, Pillow says MPO."""

UPLOAD_QUALITY = 92
PIECEWISE = ("GIF", "PNG", "WEBP")
"""Pictures of these formats, also those that move, lose what is not their pixels without being written anew."""

ENDINGS = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "WEBP": ".webp", "AVIF": ".avif", "GIF": ".gif"}
"""Of the names of files, by what is in them: it is by the name that they are served as pictures."""

# What Pillow tells of a file that is about how its pixels are to be shown; all else is about something else.
_OF_THE_PIXELS = {
    "adobe", "adobe_transform", "aspect", "background", "bit_depth", "chromaticity", "dpi", "duration", "extension",
    "gamma", "icc_profile", "interlace", "jfif", "jfif_density", "jfif_unit", "jfif_version", "loop", "progression",
    "progressive", "srgb", "timestamp", "transparency", "version",
}  # fmt: skip
_SEGMENTS_OF_THE_PIXELS = (b"JFIF", b"ICC_PROFILE", b"Adobe")
_SRGB = ImageCms.createProfile("sRGB")

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """Raise PictureError for a file that cannot be read within, whatever is wrong with it."""
    try:
        yield
    except PictureError:
        raise
    except Pillow.DecompressionBombError as error:
        raise _too_large() from error
    # Each of Pillow's readers has its own exceptions for what it did not expect; any of them means a broken file.
    except Exception as error:
        raise _unreadable() from error


@_reading()
def open_picture(file: BinaryIO) -> Pillow.Image:
    """Return FILE opened, its pixels not yet read.

    Raises PictureError for a file of too many pixels, or of no format that every browser shows.
    """
    picture = Pillow.open(file, formats=READ_FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large()
    return picture


def ending_of(file: BinaryIO) -> str:
    """Return the ending that the name of the picture in FILE is to have; raises PictureError as `open_picture`."""
    return ENDINGS[open_picture(file).format]


@_reading()
def without_metadata(file: BinaryIO) -> bytes | None:
    """Return the picture in FILE upright and with nothing but its pixels; None where it is that already.

    Raises PictureError as `open_picture` does, and for a file that is damaged.
    """
    picture = open_picture(file)
    picture.load()
    if picture.format in PIECEWISE and (_moves(picture) or picture.format == "GIF"):
        return _without_pieces(file, picture.format)
    if not _carries_more(picture, file):
        # Nor anything that Pillow does not tell of: pieces of its own, or another file behind the picture.
        return _without_pieces(file, picture.format) if picture.format in (*PIECEWISE, "JPEG") else None
    if _moves(picture):
        return _frames_anew(picture)
    profile = picture.info.get("icc_profile")
    is_upright = picture.getexif().get(ExifTags.Base.Orientation, 1) == 1
    # A JPEG that is not turned is written with its own tables, so that next to nothing of it is lost.
    quality = "keep" if is_upright and picture.format == "JPEG" else UPLOAD_QUALITY
    file_format = "JPEG" if picture.format == "MPO" else picture.format
    picture = picture if is_upright else ImageOps.exif_transpose(picture)
    picture.info = {name: value for name, value in picture.info.items() if name in _OF_THE_PIXELS}
    lossy = {} if file_format in ("PNG", "GIF") else {"quality": quality}
    return _encoded(picture, file_format, icc_profile=profile, **lossy)


def _without_pieces(file: BinaryIO, file_format: str) -> bytes | None:
    """The picture in FILE without the pieces that say more than its pixels; None where it has none of them."""
    content = _content(file)
    bare = picture_pieces.bare(content, file_format)
    return None if bare == content else bare


def _content(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _frames_anew(picture: Pillow.Image) -> bytes:
    """PICTURE with its frames written again: for a format whose file cannot be taken to pieces."""
    durations = []
    for frame in range(picture.n_frames):
        picture.seek(frame)
        picture.load()
        durations.append(picture.info.get("duration", 0))
    profile = picture.info.get("icc_profile")
    picture.info = {}
    shown = {"save_all": True, "duration": durations, "icc_profile": profile}
    return _encoded(picture, picture.format, quality=UPLOAD_QUALITY, **shown)


def make_waiting(tell: Callable[[int], None] = lambda done: None, *, stopping=lambda: False) -> int:
    """Make the sizes of the pictures that wait for them, until none does or STOPPING; return of how many.

    TELL is told after each. What is left of pictures whose files are others now goes.
    """
    stale, waiting = ImageSizes.objects.exclude(file=F("image__file")), Image.objects.without_sizes()
    for image_id in stale.values_list("pk", flat=True):
        with _claimed(image_id) as is_ours:
            if is_ours and (sizes := stale.select_related("image").filter(pk=image_id).first()):
                article_id = sizes.image.article_id
                sizes.delete()
                take_away(sizes.file, article_id)
    done = last = 0
    while not stopping() and (image_id := waiting.filter(pk__gt=last).order_by("pk").values_list("pk").first()):
        (last,) = image_id
        with _claimed(last) as is_ours:
            if is_ours and (image := waiting.filter(pk=last).first()):
                make_sizes(image)
                done += 1
                tell(done)
    return done


@contextlib.contextmanager
def _claimed(image_id: int) -> Iterator[bool]:
    """Whether the sizes of a picture are ours to make: several workers may be at it, and an operator's command."""
    is_ours = locks.try_take(locks.Lock.PICTURE, image_id)
    try:
        yield is_ours
    finally:
        if is_ours:
            locks.let_go(locks.Lock.PICTURE, image_id)


def make_sizes(image: Image) -> ImageSizes:
    """Make the sizes of IMAGE anew; what cannot be read, or moves, has none."""
    name, storage = image.file.name, image.file.storage
    sizes = ImageSizes(image=image, file=name, widths=[], formats=writable_formats(), made_at=timezone.now())
    try:
        for width, file_format, content in _renditions(storage, name, sizes.formats):
            path = sizes.name(width, file_format)
            storage.delete(path)
            storage.save(path, ContentFile(content))
            if width not in sizes.widths:
                sizes.widths.append(width)
    except PictureError as error:
        logger.warning("Picture %s has no sizes: %s", image.pk, error.__cause__ or error)
    sizes.widths.sort()
    sizes.save()
    return sizes


def forget_sizes() -> None:
    """Let the sizes of every picture be made anew."""
    for sizes in ImageSizes.objects.all():
        sizes.delete()


def writable_formats() -> list[str]:
    return [file_format for file_format in ENCODINGS if features.check(file_format)]


def _renditions(storage: Storage, name: str, formats: list[str]) -> Iterator[tuple[int, str, bytes]]:
    """The width, format and content of each size of the picture that STORAGE has under NAME."""
    with _reading(), storage.open(name) as file:
        picture = open_picture(file)
        if not _moves(picture):
            yield from _sizes_of(picture, formats)


def _sizes_of(picture: Pillow.Image, formats: list[str]) -> Iterator[tuple[int, str, bytes]]:
    # A JPEG can be read at a fraction of its size, as long as that is enough.
    picture.draft(None, (max(WIDTHS), max(WIDTHS)))
    picture.load()
    whole = _in_srgb(ImageOps.exif_transpose(picture))
    for width in sorted({*(width for width in WIDTHS if width < whole.width), min(whole.width, max(WIDTHS))}):
        height = max(1, round(whole.height * width / whole.width))
        small = whole.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=3)
        for file_format in formats:
            yield width, file_format, _encoded(small, file_format.upper(), **ENCODINGS[file_format])


def _moves(picture: Pillow.Image) -> bool:
    """Is PICTURE of several that follow each other? Those in a telephone's file are other views of the same."""
    return picture.format != "MPO" and getattr(picture, "is_animated", False)


def _carries_more(picture: Pillow.Image, file: BinaryIO) -> bool:
    """Does FILE tell more than the pixels of PICTURE, or how to turn them, so that it has to be written anew?"""
    segments = getattr(picture, "applist", [])
    return (
        picture.format == "MPO"
        or (picture.format == "AVIF" and not picture_pieces.is_bare_avif(_content(file)))
        or bool({*picture.info} - _OF_THE_PIXELS)
        or any(not content.startswith(_SEGMENTS_OF_THE_PIXELS) for _marker, content in segments)
    )


def _in_srgb(picture: Pillow.Image) -> Pillow.Image:
    """PICTURE in the colours that every screen knows, with its transparency, without its profile."""
    has_alpha = picture.has_transparency_data
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        # A profile that is broken says nothing.
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            picture = ImageCms.profileToProfile(picture, BytesIO(profile), _SRGB, outputMode=mode)
    picture = picture.convert("RGBA" if has_alpha else "RGB")
    picture.info = {}
    return picture


def _encoded(picture: Pillow.Image, file_format: str, **options) -> bytes:
    content = BytesIO()
    picture.save(content, file_format, **options)
    return content.getvalue()


def _too_large() -> PictureError:
    megapixels = format_number(MAX_PIXELS // 1_000_000, get_language() or "ar")
    return PictureError(
        _("This picture has more than %(count)s million pixels: make it smaller, then send it again.")
        % {"count": megapixels}
    )


def _unreadable() -> PictureError:
    return PictureError(
        _(
            "This file cannot be read as a picture: it is damaged, or of another format than JPEG, PNG, WebP, AVIF "
            "and GIF."
        )
    )
