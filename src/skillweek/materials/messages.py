"""Every sentence the judge says, in Chinese and English: one table for server, command line and phone.

Placeholders: ``{subject}`` the material as its reader knows it, ``{value}`` what was found, ``{limit}`` what is
asked for; a few messages name others. Numbers arrive already written out (see ``format_size``).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from .findings import Finding, Severity

E, W, A = Severity.ERROR, Severity.WARNING, Severity.ADVICE
MIB: Final = 1024 * 1024
MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence, its weight, and what to do about it."""

    severity: Severity
    zh: str
    en: str
    todo: str = ""
    todo_en: str = ""


_ORIGINAL = "微信会压缩图片，请从手机相册选择原图上传。"
_ORIGINAL_EN = "WeChat compresses pictures: choose the original from the phone's album."
_AGAIN = "请从手机或相机重新导出原文件，再上传一次。"
_AGAIN_EN = "Export the original from the phone or camera again and upload it once more."
_CONVERT = "请用剪映等软件导出为 mp4（H.264）后再上传；只改文件名没有用。"
_CONVERT_EN = "Export it as mp4 (H.264) with a video editor; renaming the file does not help."
_SAVE_DOCX = "请用 Word 或 WPS 打开，选择“另存为”，文件类型选“Word 文档（*.docx）”，再上传新文件。"
_SAVE_DOCX_EN = "Open it in Word or WPS, choose “Save as”, type “Word document (*.docx)”, and upload the new file."

# fmt: off
_MANUSCRIPT: dict[str, Message] = {
    "manuscript.too_short": Message(
        E, "文字稿件《{subject}》共 {value} 字，要求 {min}–{max} 字左右，不能少于 {limit} 字。",
        "Manuscript “{subject}” has {value} words (字数); about {min}–{max} are asked for, and no fewer than {limit}.",
        "请补充活动概况和特色做法后再提交。", "Add to the account of the activity before handing it in."),
    "manuscript.too_long": Message(
        E, "文字稿件《{subject}》共 {value} 字，要求 {min}–{max} 字左右，不能超过 {limit} 字。",
        "Manuscript “{subject}” has {value} words (字数); about {min}–{max} are asked for, and no more than {limit}.",
        "请精简内容，或分成几篇稿件。", "Shorten it, or split it into several manuscripts."),
    "manuscript.short": Message(
        W, "文字稿件《{subject}》共 {value} 字，略少于要求的 {limit} 字。",
        "Manuscript “{subject}” has {value} words (字数), a little fewer than the {limit} asked for.",
        "可以提交；如有时间，请再充实一些。", "It may be handed in; add a little if there is time."),
    "manuscript.long": Message(
        W, "文字稿件《{subject}》共 {value} 字，略多于要求的 {limit} 字。",
        "Manuscript “{subject}” has {value} words (字数), a little more than the {limit} asked for.",
        "可以提交；如有时间，请再精简一些。", "It may be handed in; shorten it a little if there is time."),
    "manuscript.empty": Message(
        E, "文字稿件《{subject}》里没有文字。", "Manuscript “{subject}” holds no text.",
        "请检查是否选错了文件；截图或扫描件请改交文字。", "Check that it is the right file; a scan must be typed out."),
    "manuscript.source": Message(
        W, "文字稿件《{subject}》似乎引用了媒体内容（“{value}”），但没有标注引用来源。",
        "Manuscript “{subject}” seems to quote media content (“{value}”) without naming the source.",
        "请在引文后写明“来源：媒体名称，日期”；如不是引用，可以忽略本提醒。",
        "Write “来源：outlet, date” after the quotation; ignore this if nothing is quoted."),
    "manuscript.coverage": Message(
        W, "文字稿件《{subject}》有 {value} 字与{outlet}的报道《{title}》相同，没有标注引用来源。",
        "{value} characters of manuscript “{subject}” are those of “{title}” in {outlet}, which it does not name.",
        "引用的，请写明“来源：{outlet}”；媒体采用本校供稿的，可以忽略本提醒。",
        "If quoted, write “来源：{outlet}”; ignore this if the outlet printed your own text."),
    "manuscript.alike": Message(
        W, "文字稿件《{subject}》有 {value} 字与其他单位更早的材料相同，占本稿 {share}。",
        "{value} characters of manuscript “{subject}” ({share} of it) stand in earlier material of another unit.",
        "请改写成本单位自己的内容；几个单位合办、共用一篇稿件的，请在稿件里说明。",
        "Write it in your own words; if units worked together on one text, say so in it."),
    "manuscript.again": Message(
        A, "文字稿件《{subject}》有 {value} 字与本单位更早的材料相同，占本稿 {share}。",
        "{value} characters of manuscript “{subject}” ({share} of it) stand in your own earlier material.",
        "可以提交；最好只写新的内容。", "It may be handed in; better write what is new."),
    "manuscript.old_format": Message(
        E, "文字稿件《{subject}》是{value}，本系统只读 docx、txt 和 md。",
        "Manuscript “{subject}” is a file of kind: {value}; only docx, txt and md can be read.",
        _SAVE_DOCX, _SAVE_DOCX_EN),
    "manuscript.format": Message(
        E, "文字稿件《{subject}》实际是{value}，不是 docx、txt 或 md 文稿。",
        "Manuscript “{subject}” is really a {value}, not a docx, txt or md text.", _SAVE_DOCX, _SAVE_DOCX_EN),
    "manuscript.unreadable": Message(
        E, "文字稿件《{subject}》打不开：{value}。", "Manuscript “{subject}” cannot be read: {value}.",
        _SAVE_DOCX, _SAVE_DOCX_EN),
}
_PHOTO: dict[str, Message] = {
    "photo.format": Message(
        E, "照片《{subject}》是{value}，要求 {limit} 格式。", "Photo “{subject}” is a {value}; {limit} is asked for.",
        "请用手机或电脑的看图软件另存为 {limit} 格式；只改文件名没有用。",
        "Save it as {limit} with a picture viewer; renaming the file does not help."),
    "photo.false_type": Message(
        E, "照片《{subject}》的文件名写的是 .{claimed}，内容实际是{value}，要求 {limit} 格式。",
        "Photo “{subject}” is named .{claimed} but is really a {value}; {limit} is asked for.",
        "请用看图软件打开后另存为 {limit} 格式，不要只改文件名。",
        "Open it in a picture viewer and save it as {limit}; do not just rename it."),
    "photo.extension": Message(
        A, "照片《{subject}》的文件名写的是 .{claimed}，内容其实是{value}。",
        "Photo “{subject}” is named .{claimed} but is really a {value}.",
        "内容符合要求，可以提交；建议把文件名结尾改成 .{ending}。",
        "The content is fine; better change the ending of the name to .{ending}."),
    "photo.width": Message(
        E, "照片《{subject}》宽 {value} 像素，要求不低于 {limit} 像素。",
        "Photo “{subject}” is {value} pixels wide; at least {limit} are asked for.", _ORIGINAL, _ORIGINAL_EN),
    "photo.size": Message(
        E, "照片《{subject}》大小 {value}，要求单张不低于 {limit}。",
        "Photo “{subject}” is {value}; at least {limit} each is asked for.", _ORIGINAL, _ORIGINAL_EN),
    "photo.too_big": Message(
        E, "照片《{subject}》大小 {value}，超过单张上限 {limit}。",
        "Photo “{subject}” is {value}, more than the limit of {limit} each.",
        "请导出较小的 JPG（质量 90 左右即可）再上传。", "Export a smaller JPEG (quality about 90) and upload that."),
    "photo.pixels": Message(
        E, "照片《{subject}》有 {value} 像素，超过上限 {limit} 像素，未予打开。",
        "Photo “{subject}” has {value} pixels, more than the limit of {limit}; it was not opened.",
        "请把照片缩小到长边 12000 像素以内再上传。", "Scale it down to 12000 pixels on the long side."),
    "photo.truncated": Message(
        E, "照片《{subject}》不完整：文件在画面结束之前就断了。",
        "Photo “{subject}” is incomplete: the file ends before the picture does.", _AGAIN, _AGAIN_EN),
    "photo.damaged": Message(
        E, "照片《{subject}》已损坏，无法完整显示。", "Photo “{subject}” is damaged and cannot be shown in full.",
        _AGAIN, _AGAIN_EN),
    "photo.archive": Message(
        E, "照片《{subject}》的画面后面藏着{value}。", "Photo “{subject}” hides a {value} behind the picture.",
        "请上传相机或手机拍的原图；其他文件请单独上传。", "Upload the original photo; send other files on their own."),
    "photo.appended": Message(
        W, "照片《{subject}》的画面后面另附有 {value} 数据，不属于照片，计算大小时已扣除。",
        "Photo “{subject}” carries {value} of data behind the picture; it was left out when measuring the size.",
        "请上传未经处理的原图。", "Upload the untouched original."),
    "photo.caption": Message(
        E, "照片《{subject}》没有文字说明。", "Photo “{subject}” has no caption.",
        "请写明时间、地点、人物和内容，例如“茶艺专业学生为社区居民表演”。",
        "Say when, where, who and what, for example “Tea students perform for residents”."),
    "photo.caption_empty": Message(
        E, "照片《{subject}》的文字说明“{value}”没有说出照片内容。",
        "The caption “{value}” of photo “{subject}” does not say what it shows.",
        "请写明时间、地点、人物和内容，例如“茶艺专业学生为社区居民表演”。",
        "Say when, where, who and what, for example “Tea students perform for residents”."),
    "photo.enlarged": Message(
        W, "照片《{subject}》宽 {value} 像素，却没有相应的细节，像是由小图放大的，或没有对准焦。",
        "Photo “{subject}” is {value} pixels wide but lacks the detail: enlarged from a smaller one, or out of focus.",
        "请上传相机或手机拍的原图，不要放大小图；确是原图的，可以忽略本提醒。",
        "Upload the original, do not enlarge a small picture; ignore this if it is the original."),
    "photo.taken_at": Message(
        W, "照片《{subject}》的拍摄日期是 {value}，不在活动周（{first} 至 {last}）内。",
        "Photo “{subject}” was taken on {value}, outside the week ({first} to {last}).",
        "请确认是本届活动周的照片；相机日期不准的，可以忽略本提醒。",
        "Make sure that it is of this week; ignore this if the camera's clock was wrong."),
    "photo.recompressed": Message(
        A, "照片《{subject}》像是被微信等聊天软件压缩过的，不是原图。",
        "Photo “{subject}” looks recompressed by a messenger rather than the original.", _ORIGINAL, _ORIGINAL_EN),
}
_VIDEO: dict[str, Message] = {
    "video.format": Message(
        E, "视频《{subject}》是{value}，要求 mp4 格式。", "Video “{subject}” is a {value}; mp4 is asked for.",
        _CONVERT, _CONVERT_EN),
    "video.false_type": Message(
        E, "视频《{subject}》的文件名写的是 .{claimed}，内容实际是{value}，要求 mp4 格式。",
        "Video “{subject}” is named .{claimed} but is really a {value}; mp4 is asked for.", _CONVERT, _CONVERT_EN),
    "video.extension": Message(
        A, "视频《{subject}》内容是 mp4，但文件名结尾不是 .mp4。",
        "Video “{subject}” is an mp4, but its name does not end in .mp4.",
        "可以提交；建议把文件名结尾改成 .mp4。", "It may be handed in; better rename it to .mp4."),
    "video.size": Message(
        E, "视频《{subject}》大小 {value}，要求不超过 {limit}。",
        "Video “{subject}” is {value}; at most {limit} is allowed.",
        "请剪短，或用剪映等软件以 1280×720 重新导出。", "Cut it, or export it again at 1280×720."),
    "video.short_side": Message(
        E, "视频《{subject}》画面 {width}×{height}，短边 {value} 像素，要求不低于 {limit} 像素（标清）。",
        "Video “{subject}” is {width}×{height}; its shorter side has {value} pixels, at least {limit} are asked for.",
        "请用更高的分辨率重新导出，或上传手机拍的原视频。",
        "Export it at a higher resolution, or upload the original."),
    "video.advised": Message(
        A, "视频《{subject}》画面 {width}×{height}，建议 {limit} 以上。",
        "Video “{subject}” is {width}×{height}; {limit} or more is advised.",
        "可以提交；如有更清晰的原视频，请换成原视频。", "It may be handed in; use a sharper original if there is one."),
    "video.no_video": Message(
        E, "视频《{subject}》里没有画面，只有声音或其他内容。", "Video “{subject}” has no pictures in it.",
        "请检查是否选错了文件。", "Check that it is the right file."),
    "video.duration": Message(
        E, "视频《{subject}》没有时长，无法播放。", "Video “{subject}” has no duration and cannot be played.",
        _AGAIN, _AGAIN_EN),
    "video.codec": Message(
        E, "视频《{subject}》的编码是 {value}，多数手机无法播放。",
        "Video “{subject}” uses the codec {value}, which most phones cannot play.", _CONVERT, _CONVERT_EN),
    "video.no_moov": Message(
        E, "视频《{subject}》缺少播放所需的索引（moov），多半是没有录完或没有传完。",
        "Video “{subject}” lacks the index needed to play it (moov): recording or copying was cut short.",
        _AGAIN, _AGAIN_EN),
    "video.truncated": Message(
        E, "视频《{subject}》不完整：应有 {limit}，实际只有 {value}。",
        "Video “{subject}” is incomplete: {limit} expected, {value} present.", _AGAIN, _AGAIN_EN),
    "video.damaged": Message(
        E, "视频《{subject}》已损坏，无法正常播放。", "Video “{subject}” is damaged and cannot be played.",
        _AGAIN, _AGAIN_EN),
    "video.fast_start": Message(
        A, "视频《{subject}》的索引在文件末尾，网上播放要等全部下载完才能开始。",
        "Video “{subject}” keeps its index at the end, so it plays online only once fully loaded.",
        "可以提交；导出时勾选“网络优化”会更好。", "It may be handed in; better export it “optimised for web”."),
}
_COVERAGE: dict[str, Message] = {
    "coverage.outlet": Message(
        E, "媒体报道《{subject}》没有写媒体名称。", "Media coverage “{subject}” does not name the outlet.",
        "请填写刊登或播出的媒体名称。", "Fill in the outlet that published it."),
    "coverage.level_missing": Message(
        E, "媒体报道《{subject}》没有写媒体级别。", "Media coverage “{subject}” does not give the outlet's level.",
        "请选择媒体级别：{limit}。", "Choose the level: {limit}."),
    "coverage.level": Message(
        E, "媒体报道《{subject}》的媒体级别是{value}，只收{limit}媒体的报道。",
        "Media coverage “{subject}” is of level {value}; only {limit} counts.",
        "区县、学校自有媒体的报道不计入，请从媒体报道中移除。", "Take it out: media below that level do not count."),
    "coverage.title": Message(
        E, "媒体报道《{subject}》没有写报道标题。", "Media coverage “{subject}” has no title.",
        "请填写报道的原标题。", "Fill in the title as published."),
    "coverage.date": Message(
        E, "媒体报道《{subject}》没有写报道日期。", "Media coverage “{subject}” has no date.",
        "请填写刊登或播出的日期，例如 2023-05-15。", "Fill in the date of publication, for example 2023-05-15."),
    "coverage.scan": Message(
        E, "媒体报道《{subject}》缺少报道扫描件。", "Media coverage “{subject}” lacks a scan.",
        "请上传报纸版面扫描件或网页截图（{limit}）。", "Upload a scan of the page or a screenshot ({limit})."),
    "coverage.scan_format": Message(
        E, "媒体报道《{subject}》的扫描件是{value}，要求 {limit}。",
        "The scan of media coverage “{subject}” is a {value}; {limit} is asked for.",
        "请另存为 {limit} 后上传。", "Save it as {limit} and upload that."),
    "coverage.photo": Message(
        E, "媒体报道《{subject}》缺少照片。", "Media coverage “{subject}” lacks a photo.",
        "请上传与报道有关的照片。", "Upload a photo that belongs to it."),
    "coverage.text": Message(
        E, "媒体报道《{subject}》缺少文稿电子版。", "Media coverage “{subject}” lacks the electronic text.",
        "请上传报道全文的 docx 或 txt，或粘贴文字。", "Upload the full text as docx or txt, or paste it."),
    "coverage.link": Message(
        W, "媒体报道《{subject}》的链接“{value}”不是完整的网址。",
        "The link “{value}” of media coverage “{subject}” is not a complete web address.",
        "请从浏览器地址栏复制以 http 开头的网址，或留空。", "Copy the address from the browser, or leave it empty."),
}
_FILE: dict[str, Message] = {
    "file.empty": Message(
        E, "《{subject}》是空文件（0 字节）。", "“{subject}” is an empty file (0 bytes).", _AGAIN, _AGAIN_EN),
    "file.ignored": Message(
        A, "《{subject}》是{value}，不属于文字稿件、照片、视频或媒体报道，未作检查。",
        "“{subject}” is a {value}: neither manuscript, photo, video nor coverage; it was not checked.",
        "如需报送，请放到对应的文件夹里。", "To hand it in, put it into the folder it belongs to."),
    "file.archive": Message(
        W, "《{subject}》是包在里面的{value}，里面的文件没有检查。",
        "“{subject}” is a {value} inside the package; the files in it were not checked.",
        "请先解压，再把里面的文件直接放进材料文件夹。", "Unpack it and put its files into the folder itself."),
    "file.unreadable": Message(
        E, "《{subject}》无法读取：{value}。", "“{subject}” cannot be read: {value}.",
        "请检查文件是否损坏或设置了密码。", "Check whether the file is damaged or has a password."),
    "file.duplicate": Message(
        W, "《{subject}》与《{value}》内容完全相同。", "“{subject}” is identical to “{value}”.",
        "同一份材料只需报送一次，请删去一份。", "Hand each piece in once: remove one of them."),
    "package.empty": Message(
        W, "《{subject}》里没有可以检查的材料。", "“{subject}” holds nothing to check.",
        "请确认选对了文件夹或压缩包。", "Check that it is the right folder or archive."),
    "package.unreadable": Message(
        E, "《{subject}》打不开：{value}。", "“{subject}” cannot be opened: {value}.",
        "请重新压缩成 zip，或解压后直接检查文件夹。", "Zip it again, or unpack it and check the folder itself."),
    "package.refused": Message(
        E, "《{subject}》里的“{value}”没有打开：{reason}。",
        "“{value}” in “{subject}” was not opened: {reason_en}.",
        "请把原文件放进材料文件夹，重新压缩成 zip 再试。",
        "Put the file itself into the material folder, zip it again and retry."),
}
# fmt: on
MESSAGES: Final[dict[str, Message]] = {**_MANUSCRIPT, **_PHOTO, **_VIDEO, **_COVERAGE, **_FILE}


def make_finding(code: str, subject: str, *, english: dict[str, object] | None = None, **values: object) -> Finding:
    """Return the finding ``code`` about ``subject`` with the placeholders filled in.

    ``english`` replaces values that read differently in English. Raises KeyError for an unknown code or a
    placeholder without a value.
    """
    message = MESSAGES[code]
    chinese = {"subject": subject, **values}
    other = {**chinese, **(english or {})}
    return Finding(
        code=code,
        severity=message.severity,
        subject=subject,
        message=message.zh.format(**chinese),
        message_en=message.en.format(**other),
        todo=message.todo.format(**chinese),
        todo_en=message.todo_en.format(**other),
    )


def size_unit(limit: int) -> int:
    """Return the bytes in one “MB” for a limit: 1024² when the limit is a whole number of those, else 1000²."""
    return MIB if limit >= MIB and limit % MIB == 0 else MB


def format_size(size: int, unit: int, rounding: str) -> str:
    """Write ``size`` bytes in MB of ``unit`` bytes, to two places, rounded ``"down"`` or ``"up"``.

    Rounding away from the limit keeps “2.00 MB, at least 2 MB” from being said of 1 999 999 bytes.
    """
    hundredths = size * 100 / unit
    whole = floor(hundredths) if rounding == "down" else ceil(hundredths)
    return f"{whole / 100:.2f}".rstrip("0").rstrip(".") + " MB"
