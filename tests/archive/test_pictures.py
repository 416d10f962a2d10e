"""Pictures as readers get them: sizes, formats, and nothing of where they were taken."""

import struct
import zlib
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from PIL import ExifTags, ImageDraw, PngImagePlugin, features
from PIL import Image as Pillow
from PIL.JpegImagePlugin import JpegImageFile

from archive.admin.article_inlines import PictureField
from archive.exceptions import PictureError
from archive.locks import Lock
from archive.models import Image, ImageSizes, RemovedPicture
from archive.pictures import make_sizes, make_waiting, without_metadata
from archive.tasks.pictures import make_picture_sizes, request_picture_sizes
from tests.factories import ArticleFactory, ImageFactory
from tests.queue import job, waiting_jobs

GPS = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (33.0, 53.0, 0.0)}


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def scene(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Pillow.Image:
    """A picture whose upper half is dark, so that it is seen how it is turned."""
    picture = Pillow.new(mode, size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0], size[1] // 2), fill="black")
    return picture


def written(picture: Pillow.Image, file_format: str, **options) -> BytesIO:
    file = BytesIO()
    picture.save(file, file_format, **options)
    file.seek(0)
    return file


def camera_exif(orientation: int = 1) -> Pillow.Exif:
    exif = Pillow.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = "Camera 9"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(GPS)
    return exif


def header_of_png(width: int, height: int) -> BytesIO:
    """The beginning of a PNG that claims so many pixels."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return BytesIO(data + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT")))


# --- What an upload is stripped of ---


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_place_and_device_are_taken_out(file_format):
    bare = without_metadata(written(scene(), file_format, exif=camera_exif()))
    assert b"Camera 9" not in bare
    picture = Pillow.open(BytesIO(bare))
    assert (picture.format, picture.size, dict(picture.getexif())) == (file_format, (60, 40), {})


def test_picture_is_turned_upright_before_its_orientation_is_forgotten():
    upside_down = written(scene().rotate(180), "JPEG", exif=camera_exif(3), quality=95)
    picture = Pillow.open(BytesIO(without_metadata(upside_down))).convert("L")
    assert picture.getpixel((30, 5)) < 50 < 200 < picture.getpixel((30, 35))
    on_its_side = written(scene(), "JPEG", exif=camera_exif(6))
    assert Pillow.open(BytesIO(without_metadata(on_its_side))).size == (40, 60)


def test_words_in_a_file_are_taken_out():
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Camera 9")
    assert b"Camera 9" not in without_metadata(written(scene(), "PNG", pnginfo=text))
    assert b"Camera 9" not in without_metadata(written(scene(), "JPEG", comment=b"Camera 9"))


def test_other_views_in_a_telephone_s_file_are_left_out():
    several = written(scene(), "MPO", save_all=True, append_images=[scene()])
    picture = Pillow.open(BytesIO(without_metadata(several)))
    assert (picture.format, getattr(picture, "n_frames", 1)) == ("JPEG", 1)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_bare_picture_is_left_as_it_is(file_format):
    assert without_metadata(written(scene(), file_format)) is None


def moving(file_format: str, **options) -> BytesIO:
    """A picture of two frames, half a second each, for ever."""
    second = scene().rotate(180)
    return written(
        scene(), file_format, save_all=True, append_images=[second], duration=[500, 500], loop=0, **options
    )


MOVING = ["GIF", "PNG", "WEBP", "AVIF"]


def frames(file: BytesIO) -> list[tuple[float, bytes]]:
    """How long each frame of the picture in FILE is shown, and its pixels, coarsely: what is lossy stays the same."""
    picture = Pillow.open(file)
    found = []
    for number in range(picture.n_frames):
        picture.seek(number)
        picture.load()
        small = picture.convert("L").resize((6, 4)).point(lambda value: 255 * (value > 127))
        found.append((picture.info["duration"], small.tobytes()))
    return found


@pytest.mark.parametrize("file_format", MOVING)
def test_picture_that_moves_is_left_as_it_is(file_format):
    assert without_metadata(moving(file_format)) is None


def xmp_extension() -> bytes:
    """A GIF's extension with words in it, as editing programs write them."""
    words = b"<x:xmpmeta>Camera 9</x:xmpmeta>"
    return b"\x21\xff\x0bXMP DataXMP" + bytes([len(words)]) + words + b"\x00"


def moving_with_words(file_format: str) -> BytesIO:
    if file_format == "GIF":
        content = moving("GIF", comment=b"Camera 9").getvalue()
        return BytesIO(content[:-1] + xmp_extension() + content[-1:])
    if file_format == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_itxt("XML:com.adobe.xmp", "Camera 9")
        return moving("PNG", pnginfo=text, exif=camera_exif())
    return moving(file_format, exif=camera_exif(), xmp=b"<x:xmpmeta>Camera 9</x:xmpmeta>")


@pytest.mark.parametrize("file_format", MOVING)
def test_picture_that_moves_keeps_its_frames_alone(file_format):
    file = moving_with_words(file_format)
    assert b"Camera 9" in file.getvalue()
    bare = without_metadata(file)
    assert b"Camera 9" not in bare
    picture = Pillow.open(BytesIO(bare))
    assert (picture.format, picture.info.get("loop", 0), dict(picture.getexif())) == (file_format, 0, {})
    assert frames(BytesIO(bare)) == frames(moving(file_format))
    assert without_metadata(BytesIO(bare)) is None


@pytest.mark.parametrize("file_format", ["GIF", "PNG", "WEBP"])
def test_frames_are_not_written_anew_where_a_file_can_be_taken_to_pieces(file_format):
    assert without_metadata(moving_with_words(file_format)) == moving(file_format).getvalue()


def test_words_in_a_gif_that_stands_still_are_taken_out():
    content = written(scene(), "GIF").getvalue()
    assert without_metadata(BytesIO(content[:-1] + xmp_extension() + content[-1:])) == content


def with_piece_of_png(content: bytes) -> bytes:
    """With a piece that no reader of pictures knows, in front of the others, as a file that is two things has it."""
    piece = b"prVt%PDF-1.7 <script>"
    packed = struct.pack(">I", len(piece) - 4) + piece + struct.pack(">I", zlib.crc32(piece))
    return content[:33] + packed + content[33:]


def with_piece_of_webp(content: bytes) -> bytes:
    longer = content + b"XTRA" + struct.pack("<I", 8) + b"<script>"
    return longer[:4] + struct.pack("<I", len(longer) - 8) + longer[8:]


@pytest.mark.parametrize(
    ("file_format", "with_more"),
    [
        ("PNG", with_piece_of_png),
        ("WEBP", with_piece_of_webp),
        *(
            (file_format, lambda content: content + b"PK\x03\x04<script>")
            for file_format in ("JPEG", "PNG", "WEBP", "GIF")
        ),
        # What follows its end may itself end as a JPEG does.
        ("JPEG", lambda content: content + b"<script>\xff\xd9"),
    ],
)
def test_what_is_another_file_too_is_only_the_picture(file_format, with_more):
    content = written(scene(), file_format).getvalue()
    assert without_metadata(BytesIO(with_more(content))) == content


def box(kind: bytes, content: bytes = b"PK\x03\x04<script>") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def without_a_length(content: bytes) -> bytes:
    """An AVIF whose pixels go as far as the file, and with them what follows."""
    begin = content.rindex(b"mdat") - 4
    return content[:begin] + bytes(4) + content[begin + 4 :] + b"PK\x03\x04<script>"


@pytest.mark.parametrize("made", [lambda: written(scene(), "AVIF"), lambda: moving("AVIF")])
@pytest.mark.parametrize(
    "with_more",
    [
        lambda content: content + b"PK\x03\x04<script>",
        lambda content: content + b"<script>",
        lambda content: content + box(b"uuid"),
        lambda content: content + box(b"free"),
        without_a_length,
    ],
)
def test_avif_that_is_another_file_too_is_written_anew(made, with_more):
    content = made().getvalue()
    bare = without_metadata(BytesIO(with_more(content)))
    assert b"<script>" not in bare
    assert frames(BytesIO(bare)) == frames(BytesIO(content))
    assert without_metadata(BytesIO(bare)) is None


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 1}, {"optimize": True}])
def test_jpeg_of_any_kind_ends_where_it_ends(options):
    content = written(scene((200, 120)), "JPEG", **options).getvalue()
    assert without_metadata(BytesIO(content + b"more")) == content
    assert without_metadata(BytesIO(content)) is None


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_name_of_a_picture_ends_as_its_content_has_it(file_format):
    sent = SimpleUploadedFile("ميناء.pdf", written(scene(), file_format).getvalue(), "application/pdf")
    ending = {"JPEG": "jpg"}.get(file_format, file_format.lower())
    assert PictureField().clean(sent).name == f"ميناء.{ending}"


def test_name_of_a_picture_that_is_written_anew_does_too():
    sent = SimpleUploadedFile("a.html", written(scene(), "JPEG", exif=camera_exif()).getvalue(), "text/html")
    assert PictureField().clean(sent).name == "a.jpg"


@pytest.mark.parametrize(("width", "height"), [(9_000, 8_000), (20_000, 20_000)])
def test_file_of_too_many_pixels_is_refused_unread(width, height):
    with pytest.raises(PictureError, match="أكثر من ٦٤ مليون بكسل"):
        without_metadata(header_of_png(width, height))


@pytest.mark.parametrize(
    "file", [BytesIO(b"<svg/>"), written(scene(), "TIFF"), BytesIO(written(scene(), "PNG").getvalue()[:-40])]
)
def test_file_that_is_no_picture_of_the_web_is_refused(file):
    with pytest.raises(PictureError, match="لا يُقرأ هذا الملف صورةً"):
        without_metadata(file)


# --- Sizes ---


def image_of(picture: Pillow.Image, name: str = "port.jpg", file_format: str = "JPEG", **options) -> Image:
    return ImageFactory(file=ContentFile(written(picture, file_format, **options).getvalue(), name))


@pytest.mark.django_db
def test_sizes_are_made_in_small_formats_and_offered_smallest_first():
    image = image_of(scene((1000, 500)))
    assert image.renditions == []
    assert make_waiting() == 1
    image = Image.objects.get(pk=image.pk)
    assert (image.sizes.widths, image.sizes.formats) == ([480, 800, 1000], ["avif", "webp"])
    assert [Pillow.open(default_storage.open(name)).size for name in image.sizes.names()] == [
        (480, 240), (800, 400), (1000, 500),
    ] * 2  # fmt: skip
    assert [rendition.media_type for rendition in image.renditions] == ["image/avif", "image/webp"]
    url = f"/media/sizes/{image.file.name}"
    assert image.renditions[1].srcset == f"{url}.480.webp 480w, {url}.800.webp 800w, {url}.1000.webp 1000w"
    assert make_waiting() == 0


@pytest.mark.django_db
def test_two_workers_make_the_sizes_of_no_picture_twice():
    taken, free = image_of(scene(), "a.jpg"), image_of(scene(), "b.jpg")
    stale = image_of(scene(), "c.jpg")
    ImageSizes.objects.create(image=stale, file="other.jpg", widths=[], formats=[])
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            for image in (taken, stale):
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", [Lock.PICTURE.value, image.pk])
        assert make_waiting() == 1
        assert {sizes.image_id: sizes.file for sizes in ImageSizes.objects.all()} == {
            free.pk: free.file.name,
            stale.pk: "other.jpg",
        }
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
        assert make_waiting() == 2
    finally:
        other.close()


@pytest.mark.django_db
def test_none_is_wider_than_a_screen_or_than_the_picture():
    assert make_sizes(image_of(scene((3000, 200)))).widths == [480, 800, 1200, 1600]
    assert make_sizes(image_of(scene((60, 40)))).widths == [60]


@pytest.mark.django_db
def test_size_of_a_picture_that_lies_on_its_side_stands_upright_and_tells_nothing():
    sizes = make_sizes(image_of(scene((600, 300)), exif=camera_exif(6)))
    content = default_storage.open(sizes.names()[-1]).read()
    assert b"Camera 9" not in content
    assert Pillow.open(BytesIO(content)).size == (300, 600)


@pytest.mark.django_db
def test_transparency_stays():
    drawn = Pillow.new("RGBA", (60, 40), (255, 0, 0, 0))
    [name, *_others] = make_sizes(image_of(drawn, "logo.png", "PNG")).names()
    assert Pillow.open(default_storage.open(name)).convert("RGBA").getpixel((30, 20))[3] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["L", "P", "CMYK"])
def test_picture_of_any_kind_of_colour_is_read(mode):
    drawn = scene().convert(mode)
    assert make_sizes(image_of(drawn, "a.gif" if mode == "P" else "a.jpg", "GIF" if mode == "P" else "JPEG")).widths


@pytest.mark.django_db
def test_what_moves_or_is_missing_or_broken_has_none_and_is_not_tried_again():
    moving = image_of(scene(), "a.gif", "GIF", save_all=True, append_images=[scene().rotate(180)])
    missing, broken = image_of(scene(), "b.jpg"), image_of(scene(), "c.jpg")
    default_storage.delete(missing.file.name)
    default_storage.delete(broken.file.name)
    default_storage.save(broken.file.name, ContentFile(b"\xff\xd8 half a picture"))
    assert (make_waiting(), make_waiting()) == (3, 0)
    images = Image.objects.filter(pk__in=[moving.pk, missing.pk, broken.pk])
    assert [(image.sizes.widths, image.renditions) for image in images] == [([], [])] * 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "raised", [IndexError("of a table"), struct.error("too short"), zlib.error("-3"), TypeError()]
)
def test_broken_picture_keeps_none_of_the_others_waiting(monkeypatch, raised):
    """Whatever Pillow raises of it."""
    broken, sound = image_of(scene(), "a.jpg"), image_of(scene(), "b.jpg")
    load = JpegImageFile.load

    def load_all_but_the_broken(picture):
        if picture.fp and getattr(picture.fp, "name", "").endswith(broken.file.name):
            raise raised
        return load(picture)

    monkeypatch.setattr(JpegImageFile, "load", load_all_but_the_broken)
    assert make_waiting() == 2
    assert [Image.objects.get(pk=one.pk).sizes.widths for one in (broken, sound)] == [[], [60]]


@pytest.mark.django_db
def test_device_that_is_full_says_nothing_of_the_picture(monkeypatch):
    """It waits until there is room."""
    image = image_of(scene())

    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(default_storage, "save", full)
        with pytest.raises(OSError, match="No space left"):
            make_waiting()
    assert make_waiting() == 1
    assert Image.objects.get(pk=image.pk).renditions


@pytest.mark.django_db
def test_format_that_cannot_be_written_here_is_not_offered(monkeypatch):
    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    assert [one.media_type for one in make_sizes(image_of(scene())).renditions()] == ["image/webp"]


@pytest.mark.django_db
def test_worker_that_goes_leaves_the_rest():
    image_of(scene())
    make_picture_sizes.func(job(should_abort=lambda: True), timestamp=0)
    assert not ImageSizes.objects.exists()
    make_picture_sizes.func(job(), timestamp=0)
    assert ImageSizes.objects.count() == 1


@pytest.mark.django_db
def test_one_request_is_enough():
    request_picture_sizes()
    request_picture_sizes()
    assert waiting_jobs() == [("picture_sizes", {})]


@pytest.mark.django_db
def test_command_makes_what_waits_or_all():
    image = image_of(scene())

    def run(*arguments):
        out = StringIO()
        call_command("make_picture_sizes", *arguments, stdout=out)
        return out.getvalue().strip()

    assert [run(), run(), run("--all")] == [
        "صُنعت مقاسات صورة واحدة.", "لم تُصنع مقاسات أي صورة.", "صُنعت مقاسات صورة واحدة.",
    ]  # fmt: skip
    assert Image.objects.get(pk=image.pk).renditions


# --- What goes with a picture ---


def files() -> set[str]:
    found = set()
    for folder in default_storage.listdir("")[0]:
        pending = [folder]
        while pending:
            here = pending.pop()
            folders, names = default_storage.listdir(here)
            pending += [f"{here}/{name}" for name in folders]
            found |= {f"{here}/{name}" for name in names}
    return found


@pytest.mark.django_db(transaction=True)
def test_files_go_with_their_article_and_another_s_stay():
    image, other = image_of(scene()), image_of(scene())
    make_waiting()
    kept = {other.file.name, *Image.objects.get(pk=other.pk).sizes.names()}
    assert files() > kept
    image.article.delete()
    assert files() == kept


@pytest.mark.django_db(transaction=True)
def test_file_that_two_pictures_have_stays_with_the_other():
    image = image_of(scene())
    ImageFactory(article=ArticleFactory(), file=image.file.name)
    image.delete()
    assert files() == {image.file.name}


@pytest.mark.django_db(transaction=True)
def test_sizes_of_another_file_are_not_shown_and_go():
    image = image_of(scene())
    make_waiting()
    before = files()
    image = Image.objects.get(pk=image.pk)
    image.file.save("other.jpg", ContentFile(written(scene((500, 300)), "JPEG").getvalue()))
    assert Image.objects.get(pk=image.pk).renditions == []
    assert make_waiting() == 1
    image = Image.objects.get(pk=image.pk)
    assert image.sizes.widths == [480, 500]
    assert files() == {image.file.name, *image.sizes.names()}
    assert not files() & before


@pytest.mark.django_db(transaction=True)
def test_file_that_a_version_knows_is_kept_where_nobody_gets_it():
    image = image_of(scene())
    other = image_of(scene((50, 50)))
    name, content = image.file.name, image.file.read()
    image.article.save()
    image.delete()
    other.delete()

    [removed] = RemovedPicture.objects.all()
    assert (removed.article, removed.name, bytes(removed.content)) == (image.article, name, content)
    assert files() == set()
    image.article.delete()
    assert not RemovedPicture.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_picture_that_is_removed_twice_was_removed_the_second_time():
    image = image_of(scene())
    image.article.save()
    before = timezone.now()
    RemovedPicture.objects.create(
        article=image.article, name=image.file.name, content=b"x", removed_at=before - timedelta(days=9)
    )
    content = image.file.read()
    image.delete()

    [removed] = RemovedPicture.objects.all()
    assert (removed.removed_at > before, bytes(removed.content)) == (True, content)


@pytest.mark.django_db(transaction=True)
def test_file_that_another_takes_the_place_of_is_kept_for_its_versions():
    image = image_of(scene())
    name = image.file.name
    image.article.save()
    image = Image.objects.get(pk=image.pk)
    image.file.save("other.jpg", ContentFile(written(scene((500, 300)), "JPEG").getvalue()))
    image.caption = "غيرها"
    image.save()

    assert [removed.name for removed in RemovedPicture.objects.all()] == [name]
    assert files() == {image.file.name}


@pytest.mark.django_db(transaction=True)
def test_no_file_gets_the_name_that_another_had():
    names = set()
    for _again in range(3):
        image = ImageFactory(file=ContentFile(written(scene(), "JPEG").getvalue(), "مرفأ " + "طويل" * 30 + ".jpg"))
        names.add(image.file.name)
        image.delete()

    assert len(names) == 3
    assert all(name.endswith(".jpg") and len(name) <= 100 for name in names)


# --- On a page ---


@pytest.mark.django_db
def test_page_offers_the_sizes_and_leaves_room_for_the_picture(client):
    image = image_of(scene((600, 400)))
    address = image.article.get_absolute_url()
    plain = client.get(address).content.decode()
    assert "<source" not in plain
    make_waiting()
    html = client.get(address).content.decode()
    assert html.count("<source") == 2
    assert 'type="image/avif"' in html
    for page in (plain, html):
        assert (
            f'src="{image.file.url}" alt="{image.alternative_text}" lang="ar" width="600" height="400" fetchpriority="high"'
            in page
        )
