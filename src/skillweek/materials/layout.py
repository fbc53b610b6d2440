"""How a package of material is laid out: one definition for the archive that writes it and the check that reads it.

    <any folders>/文字稿件/*.docx        稿件清单.xlsx: 文件名, 引用来源
    <any folders>/照片/*.jpg             图片说明.xlsx: 文件名, 说明
    <any folders>/视频/*.mp4
    <any folders>/媒体报道/…             报道清单.xlsx: 媒体, 级别, 标题, 日期, 链接, 扫描件, 照片, 文稿

In a sheet, files are named by their path from the sheet's folder; several in one cell stand apart by ``；``.
"""

from __future__ import annotations

from typing import Final

from .findings import Kind

#: The folder of each kind.
FOLDERS: Final[dict[Kind, str]] = {
    Kind.MANUSCRIPT: "文字稿件",
    Kind.PHOTO: "照片",
    Kind.VIDEO: "视频",
    Kind.COVERAGE: "媒体报道",
}
MANUSCRIPTS_FILE: Final = "稿件清单.xlsx"
MANUSCRIPT_COLUMNS: Final = ("文件名", "引用来源")
CAPTIONS_FILE: Final = "图片说明.xlsx"
CAPTION_COLUMNS: Final = ("文件名", "说明")
COVERAGE_FILE: Final = "报道清单.xlsx"
COVERAGE_COLUMNS: Final = ("媒体", "级别", "标题", "日期", "链接", "扫描件", "照片", "文稿")
#: Between several file names in one cell.
NAME_SEPARATOR: Final = "；"
