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


class NoSave(NoAddOrDelete):
    """To view, and to change elsewhere than in the form, which has nothing to save."""

    def render_change_form(self, request, context, *args, **kwargs):
        buttons = ("show_save", "show_save_and_continue", "show_save_and_add_another")
        return super().render_change_form(request, context | dict.fromkeys(buttons, False), *args, **kwargs)
