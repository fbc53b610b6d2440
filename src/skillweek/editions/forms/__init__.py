"""Browser input → changes of an edition's document."""

from skillweek.editions.forms.change import ChangeForm
from skillweek.editions.forms.parts import PartForm
from skillweek.editions.forms.rows import RowForm
from skillweek.editions.forms.whole import CopyForm, FolderForm, LoadForm

__all__ = ["ChangeForm", "CopyForm", "FolderForm", "LoadForm", "PartForm", "RowForm"]
