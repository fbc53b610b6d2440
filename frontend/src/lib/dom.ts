/** Makes elements without markup strings, so that nothing a person typed can become markup. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | EventListener>;

/**
 * An element with attributes and children: `h("button", {class: "btn", type: "button", onclick: save}, "保存")`.
 * A function is added as a listener for the name after `on`; `true` sets an empty attribute; null, false and undefined set none.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(key.replace(/^on/, ""), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  for (const child of children) {
    if (child) {
      element.append(child);
    }
  }
  return element;
}

/** An icon of the sprite; decorative unless `label` says what it means. */
export function icon(name: string, label = ""): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const use = document.createElementNS(space, "use");
  const sprite = document.querySelector<HTMLMetaElement>('meta[name="icon-sprite"]')?.content ?? "";
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** Parses the JSON of a `<script type="application/json" id=…>` block (Django's `json_script`). */
export function readJson<T>(id: string): T {
  const block = document.getElementById(id);
  if (!block?.textContent) {
    throw new Error(`the page has no JSON block "${id}"`);
  }
  return JSON.parse(block.textContent) as T;
}
