"""The verbs of this room on assets; those on texts are in ``content.editorial``."""

from skillweek.content.domain.assets import draft_assets, hide_assets, publish_assets

__all__ = ["draft_assets", "hide_assets", "publish_assets"]
