"""Sessions as rows that know whose they are and where (`SESSION_ENGINE`).

What the row says stands in the session's own data, too, from which it is written at every save.
"""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from archive.models import StaffSession

PRESENCE = "presence"
"""Where in a session's data stands what its row shows: `user_agent`, `address`, `first_seen_at`, `last_seen_at`."""


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        return StaffSession

    def create_model_instance(self, data: dict) -> StaffSession:
        session = super().create_model_instance(data)
        presence = data.get(PRESENCE)
        if presence and SESSION_KEY in data:
            session.user_id = int(data[SESSION_KEY])
            session.user_agent = presence["user_agent"]
            session.address = presence["address"]
            session.first_seen_at = datetime.fromisoformat(presence["first_seen_at"])
            session.last_seen_at = datetime.fromisoformat(presence["last_seen_at"])
        return session
