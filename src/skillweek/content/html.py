"""Rich text as this product keeps it: a small, safe part of HTML (D6).

Pictures, videos and attachments are never addresses but ``data-asset="<id>"``; ``{% rich_text %}`` resolves them when
a text is shown. So a text holds no foreign address to load from, survives a move of the storage, and says by itself
what it uses. The same shapes are the schema of the editor (``frontend/src/editor``):

- picture: ``<figure><img data-asset alt><figcaption>…</figcaption></figure>``
- gallery: ``<figure class="gallery"><img data-asset alt>…<figcaption>…</figcaption></figure>``
- video:   ``<figure><video data-asset></video><figcaption>…</figcaption></figure>``
- attachment: ``<a data-asset>name</a>``
"""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

import lxml.html
import nh3
from lxml.etree import ParserError

#: More than any notice; beyond it somebody pastes a picture as text or means harm.
MAX_CHARACTERS: Final = 400_000

_BLOCKS: Final = frozenset(
    {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "hr", "table", "thead", "tbody", "tr", "th", "td",
     "figure", "figcaption"}
)  # fmt: skip
_INLINE: Final = frozenset({"strong", "em", "u", "s", "a", "br", "img", "video"})
_TAGS: Final = set(_BLOCKS | _INLINE)
_ALIGNS: Final = frozenset({"align-center", "align-right", "align-justify"})
_ALIGNED: Final = ("p", "h2", "h3", "h4", "th", "td")
_ATTRIBUTES: Final = {
    "a": {"href", "data-asset"},
    "img": {"data-asset", "alt"},
    "video": {"data-asset"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
_REL: Final = "noopener noreferrer"

#: What other programs write, and what it is called here.
_RENAMED: Final = {
    "b": "strong", "i": "em", "del": "s", "strike": "s", "ins": "u", "h1": "h2", "h5": "h4", "h6": "h4",
    "div": "p", "center": "p", "section": "p", "article": "p", "dt": "p", "dd": "p", "pre": "p", "address": "p",
}  # fmt: skip
_FIRST_TAGS: Final = _TAGS | set(_RENAMED) | {"span", "font", "tfoot"}
_FIRST_ATTRIBUTES: Final = {
    tag: _ATTRIBUTES.get(tag, set()) | {"style", "align", "class"} for tag in _FIRST_TAGS | {"*"}
}
_SILENT: Final = {"script", "style", "title", "template", "xml", "head", "noscript", "svg", "math", "iframe", "object"}
_ALIGN: Final = re.compile(r"text-align\s*:\s*(center|right|justify)", re.IGNORECASE)
_WEIGHT: Final = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)", re.IGNORECASE)
_ITALIC: Final = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_UNDERLINE: Final = re.compile(r"text-decoration[a-z-]*\s*:[^;]*underline", re.IGNORECASE)
_ASSET: Final = re.compile(r'data-asset="([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"')
#: What no parser of XML takes: control characters, halves of surrogate pairs, non-characters.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACES: Final = re.compile(r"[ \t\r\n\f\u00a0]+")
_DEPTH: Final = 60
#: How often a text is tidied again at most, until it stays as it is.
_ROUNDS: Final = 4


def sanitise(html: str) -> str:
    """Return ``html`` reduced to what this product keeps: safe, without styles, classes and foreign addresses.

    Whatever is given, something safe comes back, and it comes back the same when given again. Text pasted from Word or
    WPS keeps headings, emphasis, lists, tables, links and alignment, and loses everything else.
    """
    if not html or not html.strip():
        return ""
    first = nh3.clean(
        _parsable(html)[:MAX_CHARACTERS],
        tags=_FIRST_TAGS,
        clean_content_tags=_SILENT,
        attributes=_FIRST_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    first = _parsable(first)  # what was written as a reference has come to light only now
    result = _kept(first)
    # Its parser closes a paragraph at a block inside a link, which leaves something to tidy again.
    for _round in range(_ROUNDS):
        if (again := _kept(result)) == result:
            break
        result = again
    if not result.strip() and "data-asset" not in first:
        # Nested beyond reason: the words at least are kept.
        words = nh3.clean(first, tags=set(), clean_content_tags=_SILENT).strip()
        return f"<p>{words}</p>" if words else ""
    return result.strip()


def _parsable(html: str) -> str:
    return _CONTROL.sub("", html.replace("\f", " "))


def _kept(html: str) -> str:
    """Tidied, and then what is on the list: the last word is nh3's, whatever the tidying does."""
    return nh3.clean(
        _tidy(html),
        tags=_TAGS,
        clean_content_tags=_SILENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        allowed_classes={**{tag: set(_ALIGNS) for tag in _ALIGNED}, "figure": {"gallery"}},
        url_schemes=_SCHEMES,
        link_rel=_REL,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep an attribute only with a value that means something."""
    if name == "data-asset":
        try:
            return str(UUID(value))
        except ValueError:
            return None
    if name in ("colspan", "rowspan", "start"):
        return value if value.isascii() and value.isdigit() and 2 <= int(value[:6]) <= 100 else None
    if name == "alt":
        return value[:300]
    if name == "class" and not value:
        return None
    return value


def plain_text(html: str) -> str:
    """The words of a rich text, one line for each block; captions and names of attachments are words too."""
    root = _parsed(html or "")
    if root is None:
        return ""
    parts: list[str] = []
    _collect(root, parts)
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def asset_ids(html: str) -> set[UUID]:
    """The assets that a sanitised text refers to."""
    return {UUID(found) for found in _ASSET.findall(html or "")}


def _parsed(html: str) -> Any:
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return lxml.html.fragment_fromstring(f"<div>{html}</div>".encode(), parser=parser)
    except (ParserError, AssertionError):
        return None


def _collect(root: Any, parts: list[str]) -> None:
    """Text in document order with a break before and after each block; no recursion, texts may be deep."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, closing = stack.pop()
        block = element.tag in _BLOCKS
        if closing:
            if block:
                parts.append("\n")
            parts.append(element.tail or "")
            continue
        if block or element.tag == "br":
            parts.append("\n")
        parts.append(element.text or "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))


# Tidying: from what programs write to what people meant ------------------------------------------------------


def _tidy(html: str) -> str:
    root = _parsed(html)
    if root is None:
        return ""
    for element in list(root.iter()):
        if element is not root:
            _one(element)
    _flatten(root)
    _figures(root)
    _paragraphs(root)
    _wrap_loose(root)
    return _inner(root)


def _one(element: Any) -> None:
    """Give one element its name and its class; turn meaning carried by style into elements."""
    style = element.attrib.pop("style", "")
    align = element.attrib.pop("align", "").lower()
    given = set(element.attrib.pop("class", "").split())
    if element.tag in ("span", "font"):
        marks = (("strong", _WEIGHT), ("em", _ITALIC), ("u", _UNDERLINE))
        meant = [tag for tag, pattern in marks if pattern.search(style)]
        if meant and (element.text or len(element)):
            element.tag = meant[0]
        else:
            element.drop_tag()
        return
    if element.tag == "tfoot":
        element.drop_tag()
        return
    element.tag = _RENAMED.get(element.tag, element.tag)
    if element.tag in _ALIGNED:
        found = _ALIGN.search(style)
        name = f"align-{found[1].lower() if found else align}"
        kept = sorted(given & _ALIGNS)[:1] or ([name] if name in _ALIGNS else [])
        if kept:
            element.set("class", kept[0])
    elif element.tag == "figure" and "gallery" in given:
        element.set("class", "gallery")


def _flatten(root: Any) -> None:
    """Take away what stands where it cannot: media without an asset, empty emphasis, blocks in paragraphs, depth."""
    for element in list(root.iter("img", "video")):
        if not _is_asset(element):
            element.drop_tag()
    for element in list(root.iter("a")):
        # No element keeps an id, so a link into the text itself (Word's tables of contents) leads nowhere.
        dead = not element.get("href") or element.get("href", "").startswith("#")
        if dead and not _is_asset(element):
            element.drop_tag()
    for element in reversed(list(root.iter("p"))):
        if any(child.tag in _BLOCKS for child in element):
            # A frame around blocks (div, section): its loose words become paragraphs of their own.
            _wrap_loose(element)
            element.drop_tag()
    for name in ("strong", "em", "u", "s"):
        for element in list(root.iter(name)):
            empty = not _text(element) and not any(True for _found in element.iter("br", "img", "video"))
            if empty or any(True for _around in element.iterancestors(name)):
                element.drop_tag()
    for element in [found for found in root.iter() if sum(1 for _up in found.iterancestors()) > _DEPTH]:
        element.drop_tag()


def _is_asset(element: Any) -> bool:
    try:
        return bool(UUID(element.get("data-asset", "")))
    except ValueError:
        return False


def _text(element: Any) -> str:
    return _SPACES.sub(" ", "".join(element.itertext())).strip()


def _figures(root: Any) -> None:
    """A figure holds pictures or one video, and a caption; a picture always stands in a figure, on the top level."""
    for figure in list(root.iter("figure")):
        if figure.getparent() is None:
            continue  # it went with the figure around it
        media = list(figure.iter("img", "video"))
        if not media or any(True for _inside in figure.iterancestors("figure")):
            figure.drop_tag()
            continue
        captions = [_text(caption) for caption in figure.iter("figcaption") if _text(caption)]
        kept = media[:1] if media[0].tag == "video" else [one for one in media if one.tag == "img"]
        tail, is_gallery = figure.tail, len(kept) > 1
        figure.clear()
        figure.tail = tail
        if is_gallery:
            figure.set("class", "gallery")
        for one in kept:
            one.tail = None
            figure.append(one)
        if captions:
            caption = lxml.html.Element("figcaption")
            caption.text = " ".join(captions)
            figure.append(caption)
    for caption in list(root.iter("figcaption")):
        if (parent := caption.getparent()) is None or parent.tag != "figure":
            caption.tag = "p"
    for one in list(root.iter("img", "video")):
        _stand_alone(root, one)


def _stand_alone(root: Any, one: Any) -> None:
    """Lift a picture out of a line of text to behind the block that it stood in, in a figure of its own."""
    if one.getparent().tag == "figure":
        return
    top = one
    while top.getparent() is not root:
        top = top.getparent()
    figure = lxml.html.Element("figure")
    figure.append(lxml.html.Element(one.tag, dict(one.attrib)))
    figure.tail, top.tail = top.tail, None
    top.addnext(figure)
    one.drop_tag()


def _paragraphs(root: Any) -> None:
    """Empty paragraphs, list items and quotes are somebody's spacing; the style sheet does that."""
    for name in ("p", "h2", "h3", "h4", "li", "blockquote", "ul", "ol"):
        for element in list(root.iter(name)):
            if not _text(element) and not any(True for _found in element.iter("img", "video", "table", "hr", "figure")):
                element.drop_tree()
    for table in list(root.iter("table")):
        if not any(True for _row in table.iter("tr")):
            table.drop_tag()


def _wrap_loose(root: Any) -> None:
    """Words that stand outside any block become paragraphs."""
    loose: list[Any] = []
    text, root.text = root.text, None
    children = list(root)
    paragraph = lxml.html.Element("p")
    paragraph.text = text
    for child in children:
        if child.tag not in _BLOCKS:
            paragraph.append(child)
            continue
        tail, child.tail = child.tail, None
        loose += [paragraph, child]
        paragraph = lxml.html.Element("p")
        paragraph.text = tail
    loose.append(paragraph)
    for child in list(root):
        root.remove(child)
    for block in loose:
        if block.tag != "p" or _text(block):
            root.append(block)


def _inner(root: Any) -> str:
    text: str = lxml.html.tostring(root, encoding="unicode", with_tail=False)
    return text.removeprefix("<div>").removesuffix("</div>")
