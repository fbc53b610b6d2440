"""Is a caption one? A photo's 文字说明 must say something (C3).

What cameras, phones and messengers write by themselves (``IMG_1234``, ``微信图片_2023…``,
``mmexport…``, ``照片1``, a date, a hash) says nothing. The patterns keep to the syntax that Python
and JavaScript (flags ``giu``) share: the phone applies the same ones.
"""

from __future__ import annotations

import re
from typing import Final

#: Taken away from a caption, in this order; what remains must say something.
NOISE_PATTERNS: Final[tuple[str, ...]] = (
    # file name endings
    r"\.(?:jpe?g|png|webp|hei[cf]|gif|bmp|tiff?|mp4|mov)$",
    # UUIDs and hashes
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    r"(?:^|[^a-z])[0-9a-f]{16,}",
    # what devices and programs put in front of a number
    r"(?:mmexport|mv_?img|vid_?img|wx_?camera|we_?chat|screen_?shots?|snapshots?|photoshop|meitu|faceu|beauty|retouch"
    r"|burst|cover|camera|dcim|dscn|dsc|dji|pxl|img|image|picture|photo|pic|vid|video|untitled|copy|edit(?:ed)?|hdr"
    r"|new|final|qq|wx|lv)(?![a-z])",
    # the same in Chinese, and words that only say that it is a photo
    r"微信|企业微信|钉钉|图片|照片|相片|截图|截屏|屏幕|快照|图像|影像|拍摄|拍照|美图秀秀|美图|编辑|副本|复制|新建|未命名|无标题"
    r"|原图|现场图|配图|附图|插图|如图|活动照|活动图|图|第|张|幅|号|之[一二三四五六七八九十]|说明|文字说明|无|暂无|待补充|待补",
    # dates and times written in Chinese, and every number
    r"[0-9一二三四五六七八九十零〇两]+\s*(?:年|月|日|时|分|秒|点)|上午|下午",
    r"[0-9]+",
)
MIN_CJK: Final = 2
MIN_LATIN: Final = 4
#: Counts one Chinese character, or one letter of another script.
CJK_LETTER_PATTERN: Final = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]"
LATIN_LETTER_PATTERN: Final = "[A-Za-z\u00c0-\u024f]"
#: A remainder of nothing but these says only "activity" or "scene".
EMPTY_REMAINDER_PATTERN: Final = r"^[^\u3400-\u9fff]*(?:活动|现场|照|宣传|学校|素材)?[^\u3400-\u9fff]*$"

_NOISE = tuple(re.compile(pattern, re.IGNORECASE) for pattern in NOISE_PATTERNS)
_CJK = re.compile(CJK_LETTER_PATTERN)
_LATIN = re.compile(LATIN_LETTER_PATTERN)
_EMPTY = re.compile(EMPTY_REMAINDER_PATTERN)
_NUMBERING = re.compile(r"^\s*(?:[(（\[【]?\s*\d{1,3}\s*[)）\]】]|\d{1,3}\s*[.、．_\-—\s:：])\s*")


def is_meaningful(caption: str) -> bool:
    """Whether ``caption`` tells a reader what the photo shows (C3); a device's file name does not."""
    rest = caption.strip()
    for pattern in _NOISE:
        rest = pattern.sub(" ", rest)
    if len(_LATIN.findall(rest)) >= MIN_LATIN:
        return True
    return len(_CJK.findall(rest)) >= MIN_CJK and not _EMPTY.match(rest)


def caption_from_name(name: str) -> str:
    """Return the caption that a file's name carries, without folder, ending and leading number, or ``""``.

    >>> caption_from_name("照片/01-茶艺展示.jpg")
    '茶艺展示'
    >>> caption_from_name("IMG_1234.JPG")
    ''
    """
    stem = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem)
    text = _NUMBERING.sub("", stem).replace("_", " ").strip(" -—.·")
    return text if text and is_meaningful(text) else ""
