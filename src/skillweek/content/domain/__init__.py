"""The verbs of this room on assets; those on texts are in ``content.editorial``."""

from skillweek.content.domain.assets import draft_assets, hide_assets, publish_assets
from skillweek.content.domain.library import delete_asset, describe_asset, uses_of

__all__ = ["delete_asset", "describe_asset", "draft_assets", "hide_assets", "publish_assets", "uses_of"]
