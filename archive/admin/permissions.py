"""What nobody does by hand, whatever permissions they have: rows that the code makes, keeps or takes away itself."""


class NoAdd:
    def has_add_permission(self, request, obj=None):
        return False


class NoAddOrChange(NoAdd):
    """To view, and to delete."""

    def has_change_permission(self, request, obj=None):
        return False


class NoAddOrDelete(NoAdd):
    """To view, and to change."""

    def has_delete_permission(self, request, obj=None):
        return False


class ViewOnly(NoAddOrChange, NoAddOrDelete):
    """To view."""
