"""Where static files are served from, and under which names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Files under names that hold their digests, so that they can be kept for good; scripts import by those names."""

    support_js_module_import_aggregation = True
