"""Pictures of articles, and the sizes in which readers get them."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import urlsplit

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone as django_timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from archive.models.addresses import validate_web_address
from archive.models.article import Article
from archive.models.nested import models_of, nested
from archive.models.pages import StalePages, file_key

SIZES_FOLDER = "sizes"
"""Beside the folders of the pictures themselves, so that no size is ever taken for one."""


MAX_STEM_CHARS = 40


def picture_path(image: "Image", name: str) -> str:
    """Where the file that was called NAME is kept: under a name that no other has, or will have once it is gone.

    Versions know the picture by it.
    """
    name = PurePath(name)
    unique = f"{name.stem[:MAX_STEM_CHARS]}_{get_random_string(7)}{name.suffix}"
    return f"images/{django_timezone.now():%Y/%m}/{unique}"


class Rendition(NamedTuple):
    """A picture in one format, as `<source>` wants it."""

    media_type: str
    srcset: str


class ImageQuerySet(models.QuerySet):
    def kept(self) -> "ImageQuerySet":
        """Those whose files are kept here."""
        return self.exclude(file="")

    def silent(self) -> "ImageQuerySet":
        """Those that say nothing to readers who cannot see them, as `Image.is_silent`."""
        return self.filter(alternative_text="", is_decorative=False)

    def without_sizes(self) -> "ImageQuerySet":
        """Those of which sizes have still to be made, or made anew because the file is another."""
        return self.kept().filter(Q(sizes=None) | ~Q(sizes__file=F("file")))

    def nested(self) -> ArraySubquery:
        """Those that refer to an outer row, as an expression for `Image.of_rows`."""
        sizes = {f"sizes_{name}": F(f"sizes__{name}") for name in ("file", "widths", "formats")}
        return nested(self, **sizes)


class ImageManager(models.Manager.from_queryset(ImageQuerySet)):
    """Pictures come with their sizes: whatever shows one shows them, and a template never causes a query."""

    def get_queryset(self):
        return super().get_queryset().select_related("sizes")


class Image(models.Model):
    """A picture of an article: a file kept here, or the address of one kept elsewhere."""

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="images")
    file = models.ImageField(
        _("file"), upload_to=picture_path, blank=True, width_field="width", height_field="height"
    )
    url = models.URLField(_("web address"), max_length=2000, blank=True, validators=[validate_web_address])
    caption = models.TextField(_("caption"), blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    alternative_text = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who cannot see it."),
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It says nothing that the text does not: screen readers pass over it."),
    )
    width = models.PositiveIntegerField(_("width in pixels"), null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(_("height in pixels"), null=True, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ImageManager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(file="") | ~Q(url=""),
                name="image_has_file_or_url",
                violation_error_message=_("Give a file or a web address."),
            ),
        ]

    def __str__(self):
        return self.caption or self.alternative_text or self.file.name or self.url

    def save(self, *args, **kwargs):
        known = Image.objects.filter(pk=self.pk) if self.pk else Image.objects.none()
        before = known.values_list("file", flat=True).first()
        super().save(*args, **kwargs)
        if before and before != self.file.name:
            take_away(before, self.article_id)

    @classmethod
    def of_rows(cls, rows: Iterable[dict]) -> "list[Image]":
        """The pictures that were read as ROWS beside their article, with their sizes."""
        images = models_of(cls, rows)
        for image, row in zip(images, rows, strict=True):
            sizes = {name: row[f"sizes_{name}"] for name in ("file", "widths", "formats")}
            # None is kept too: it is known then that there are none.
            image._state.fields_cache["sizes"] = (
                ImageSizes(image=image, **sizes) if sizes["file"] is not None else None
            )
        return images

    @property
    def host(self) -> str:
        """Whose picture it is, of one that is kept elsewhere."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_silent(self) -> bool:
        """Has nobody said what it shows, nor that it does not matter?"""
        return bool(self.file or self.url) and not (self.alternative_text or self.is_decorative)

    @property
    def renditions(self) -> list[Rendition]:
        """The forms in which a browser may take the picture, the smallest file first; none until they are made."""
        sizes = getattr(self, "sizes", None)
        return sizes.renditions() if sizes and sizes.file == self.file.name else []


class ImageSizes(models.Model):
    """Which sizes of a picture's FILE are kept: WIDTHS in pixels, each in every one of FORMATS ("avif", "webp").

    None where the file is kept as it is: it moves, or no program here reads it.
    """

    image = models.OneToOneField(Image, models.CASCADE, primary_key=True, related_name="sizes")
    file = models.CharField(max_length=100)
    widths = ArrayField(models.PositiveIntegerField())
    formats = ArrayField(models.CharField(max_length=4))
    made_at = models.DateTimeField(default=django_timezone.now)

    class Meta:
        verbose_name = _("sizes of a picture")
        verbose_name_plural = _("sizes of pictures")

    def __str__(self):
        return self.file

    def name(self, width: int, file_format: str) -> str:
        """The name of one of the files, in the storage of the picture."""
        return f"{SIZES_FOLDER}/{self.file}.{width}.{file_format}"

    def names(self) -> list[str]:
        return [self.name(width, file_format) for file_format in self.formats for width in self.widths]

    @staticmethod
    def delete_files(names: Iterable[str]) -> None:
        for name in names:
            delete_file(name)

    def renditions(self) -> list[Rendition]:
        url = Image.file.field.storage.url
        return [
            Rendition(
                f"image/{file_format}",
                ", ".join(f"{url(self.name(width, file_format))} {width}w" for width in self.widths),
            )
            for file_format in self.formats
            if self.widths
        ]


def delete_file(name: str) -> None:
    """Delete the file NAME here and, where they are told, in caches in front."""
    Image.file.field.storage.delete(name)
    StalePages.objects.note(file_key(name))


class RemovedPicture(models.Model):
    """The file of a picture that an ARTICLE had, by the NAME that its versions know it by: no reader is served it."""

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="removed_pictures")
    name = models.CharField(_("file"), max_length=100)
    content = models.BinaryField()
    # Unknown of what was removed before it was written down.
    removed_at = models.DateTimeField(_("removed at"), null=True, default=django_timezone.now, editable=False)

    class Meta:
        verbose_name = _("file of a removed picture")
        verbose_name_plural = _("files of removed pictures")
        ordering = [F("removed_at").desc(nulls_last=True), "-pk"]
        constraints = [models.UniqueConstraint(fields=["article", "name"], name="removed_picture_once")]

    def __str__(self):
        return str(self.article)


def take_away(name: str, article_id: int) -> None:
    """Delete the file NAME, which a picture of the article had, unless another picture has the same.

    Where a version of the article knows it, its content is kept for that.
    """
    storage = Image.file.field.storage
    versions = Article.pgh_event_model.objects.filter(pgh_obj=article_id)
    if versions.filter(attached__images__contains=[{"file": name}]).exists() and storage.exists(name):
        with storage.open(name) as file:
            RemovedPicture.objects.update_or_create(
                {"content": file.read(), "removed_at": django_timezone.now()}, article_id=article_id, name=name
            )
    if not Image.objects.filter(file=name).exists():
        transaction.on_commit(lambda: delete_file(name))


@receiver(post_delete, sender=Image)
def delete_file_of(sender, instance: Image, origin: models.Model | models.QuerySet, **kwargs) -> None:
    """A picture's file goes with it, unless another picture has the same; an article's go all with the article."""
    if not instance.file:
        return
    if getattr(origin, "model", type(origin)) is Image:
        take_away(instance.file.name, instance.article_id)
    elif not Image.objects.filter(file=instance.file.name).exists():
        transaction.on_commit(lambda: delete_file(instance.file.name))


@receiver(post_delete, sender=ImageSizes)
def delete_sizes(sender, instance: ImageSizes, **kwargs) -> None:
    transaction.on_commit(lambda: instance.delete_files(instance.names()))
