"""The ASGI application, for servers that speak it."""

import os

from django.core.asgi import get_asgi_application
from django.db.backends.signals import connection_created

from archive.apps import with_time_limit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapp.settings")

application = get_asgi_application()
# Here and not with the app: what a command or the worker does may take as long as it takes.
connection_created.connect(with_time_limit, dispatch_uid="with_time_limit")
