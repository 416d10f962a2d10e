"""Placeholder until the embedded database module lands."""


def embedded_url(data_dir):
    return "postgresql://sijill@%2Ftmp%2Fsijill-none/sijill"
