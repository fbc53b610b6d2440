/**
 * Text from Word, WPS and web pages, made plain before it is read: meaning stays, looks go. Styles and
 * handlers are renamed before anything parses them, since the content security policy refuses them.
 */
const MAX_LENGTH = 2_000_000;
/** Remarks in the margin and words struck out under tracked changes were not meant to be read. */
const REMARKS = "a.msocomanchor, .MsoCommentReference, hr.msocomoff, [id^=_com_], [id^=_msocom], [data-look*='mso-element:comment' i], del[cite]";
const SKIPPED = "style, script, meta, link, title, xml, o\\:p, object, iframe, svg, button, input, form, img, video, picture";

/** The clean form of a piece of pasted HTML; the editor's schema and the server do the rest. */
export function cleanPaste(html: string): string {
  if (/data-pm-slice/.test(html)) {
    return html; // from an editor like this one: nothing to clean
  }
  let tame = html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<!\[[^>]*>/g, "")
    .replace(/<(style|script|xml)\b[\s\S]*?<\/\1\s*>/gi, "");
  // One attribute of a tag each time; whatever is left after that, the policy refuses and the page goes on.
  for (let before = ""; before !== tame && before.length <= MAX_LENGTH; ) {
    before = tame;
    tame = tame
      .replace(/(<[^>]*?[\s"'])style(?=\s*=)/gi, "$1data-look")
      .replace(/(<[^>]*?[\s"'])on([a-z]+)(?=\s*=)/gi, "$1data-off-$2");
  }
  const page = new DOMParser().parseFromString(tame, "text/html");
  page.querySelectorAll(SKIPPED).forEach((element) => element.remove());
  page.querySelectorAll(REMARKS).forEach((element) => element.remove());
  lists(page);
  page.querySelectorAll("sup, sub, span[data-look*='vertical-align' i], font[data-look*='vertical-align' i]").forEach(small);
  page.querySelectorAll<HTMLElement>("[data-look], [align]").forEach(meaning);
  page.querySelectorAll<HTMLElement>("h1").forEach((element) => rename(element, "h2"));
  page.querySelectorAll<HTMLElement>("h5, h6").forEach((element) => rename(element, "h4"));
  page.querySelectorAll("*").forEach(bare);
  page.querySelectorAll("p").forEach((element) => {
    if (!element.textContent?.replace(/\u00a0/g, " ").trim() && !element.querySelector("br + *")) {
      element.remove();
    }
  });
  return page.body.innerHTML;
}

const SMALL = { super: "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", sub: "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎" };

/** 「m²」 and 「CO₂」 keep their sense: texts have no raised letters, but there are signs for figures. */
function small(element: Element): void {
  const look = /vertical-align\s*:\s*(super|sub)/i.exec(element.getAttribute("data-look") ?? "")?.[1]?.toLowerCase();
  const signs = element.tagName === "SUP" || look === "super" ? SMALL.super : element.tagName === "SUB" || look === "sub" ? SMALL.sub : "";
  const text = (element.textContent ?? "").trim().replace(/[−–]/g, "-").replace(/（/g, "(").replace(/）/g, ")");
  const found = Array.from(text, (letter) => signs["0123456789+-=()".indexOf(letter)]);
  if (found.length && found.every(Boolean)) {
    element.replaceWith(found.join(""));
  }
}

function rename(element: Element, name: string): Element {
  const made = element.ownerDocument.createElement(name);
  for (const { name: key, value } of Array.from(element.attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...Array.from(element.childNodes));
  element.replaceWith(made);
  return made;
}

/** Emphasis and alignment that stand in a style become elements and a class. */
function meaning(element: HTMLElement): void {
  const look = element.getAttribute("data-look") ?? "";
  const align = /text-align\s*:\s*(center|right)/i.exec(look)?.[1] ?? element.getAttribute("align") ?? "";
  if (/^(P|H[1-6]|DIV|TD|TH)$/.test(element.tagName) && /^(center|right)$/i.test(align)) {
    element.className = `align-${align.toLowerCase()}`;
  }
  if (element.tagName !== "SPAN" && element.tagName !== "FONT") {
    return;
  }
  const marks: [RegExp, string][] = [
    [/font-weight\s*:\s*(bold|[6-9]00)/i, "strong"],
    [/font-style\s*:\s*italic/i, "em"],
    [/text-decoration[a-z-]*\s*:[^;]*underline/i, "u"],
  ];
  for (const [pattern, name] of marks) {
    if (pattern.test(look)) {
      const mark = element.ownerDocument.createElement(name);
      mark.append(...Array.from(element.childNodes));
      element.append(mark);
    }
  }
}

const KEPT: Record<string, readonly string[]> = { A: ["href"], OL: ["start"], TD: ["colspan", "rowspan"], TH: ["colspan", "rowspan"] };

function bare(element: Element): void {
  for (const { name } of Array.from(element.attributes)) {
    const isAlign = name === "class" && /^align-(center|right)$/.test(element.className);
    if (!isAlign && !KEPT[element.tagName]?.includes(name)) {
      element.removeAttribute(name);
    }
  }
}

/**
 * Word writes list items as paragraphs with a mark in front; they become lists again, and go on with their number
 * after a paragraph between them. Marks like 「一、」 stay words.
 */
function lists(page: Document): void {
  let list: Element | null = null;
  for (const element of Array.from(page.querySelectorAll("p"))) {
    const isItem = /mso-list\s*:\s*(?!none|ignore)/i.test(element.getAttribute("data-look") ?? "");
    const mark = isItem ? element.querySelector('[data-look*="mso-list:Ignore" i], [data-look*="mso-list: Ignore" i]') : null;
    const text = mark?.textContent?.trim() ?? "";
    const bullet = /^[·•○●■◆§oü\u00a7\u2022\uf000-\uf0ff]$/.test(text) || (text.length === 1 && isOfSigns(mark));
    const name = bullet ? "ul" : /^\d+[.)、]?$/.test(text) ? "ol" : "";
    if (!name) {
      list = null;
      continue;
    }
    mark?.remove();
    if (!list || list.tagName.toLowerCase() !== name || list.nextElementSibling !== element) {
      list = page.createElement(name);
      if (name === "ol" && parseInt(text, 10) > 1) {
        list.setAttribute("start", String(parseInt(text, 10)));
      }
      element.before(list);
    }
    const item = page.createElement("li");
    item.append(...Array.from(element.childNodes));
    list.append(item);
    element.remove();
  }
}

/** Whether a mark is drawn in a font of signs, where a letter looks like a dot, a square or an arrow. */
function isOfSigns(mark: Element | null): boolean {
  const looks = [mark, mark?.parentElement, mark?.firstElementChild].map((one) => one?.getAttribute("data-look") ?? "");
  return looks.some((look) => /font-family\s*:[^;]*(wingdings|webdings|symbol)/i.test(look));
}
