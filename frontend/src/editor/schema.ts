/**
 * What a text may hold: the same shapes that `content/html.py` keeps. Pictures and files are ids, never addresses;
 * alignment is a class, because the content security policy allows no style attribute.
 */
import { type ChainedCommands, Extension, type Extensions, mergeAttributes, Node } from "@tiptap/core";
import { TableCell, TableHeader, Table, TableRow } from "@tiptap/extension-table";
import { type EditorState, NodeSelection } from "@tiptap/pm/state";
import StarterKit from "@tiptap/starter-kit";
import type { MediaItem } from "./types";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    alignment: {
      /** Align the paragraphs and headings of the selection; "" is the usual side. */
      align: (side: "" | "center" | "right") => ReturnType;
    };
    media: {
      insertMedia: (kind: "picture" | "video", items: MediaItem[], caption?: string) => ReturnType;
      insertAttachment: (id: string, name: string) => ReturnType;
    };
  }
}

const SIDES = ["center", "right", "justify"] as const;

const Alignment = Extension.create({
  name: "alignment",
  addGlobalAttributes() {
    return [
      {
        types: ["paragraph", "heading"],
        attributes: {
          align: {
            default: "",
            parseHTML: (element) => SIDES.find((side) => element.classList.contains(`align-${side}`)) ?? "",
            renderHTML: ({ align }) => (align ? { class: `align-${align}` } : {}),
          },
        },
      },
    ];
  },
  addCommands() {
    return {
      align:
        (side) =>
        ({ commands }) =>
          ["paragraph", "heading"].map((name) => commands.updateAttributes(name, { align: side })).some(Boolean),
    };
  },
  addKeyboardShortcuts() {
    return {
      "Mod-Shift-l": () => this.editor.commands.align(""),
      "Mod-Shift-e": () => this.editor.commands.align("center"),
      "Mod-Shift-r": () => this.editor.commands.align("right"),
    };
  },
});

/** A frame with a picture, several pictures in a row, or a video, and a caption. */
export const Media = Node.create({
  name: "media",
  group: "block",
  atom: true,
  draggable: true,
  isolating: true,
  addAttributes() {
    return {
      kind: { default: "picture", rendered: false },
      items: { default: [] as MediaItem[], rendered: false },
      caption: { default: "", rendered: false },
    };
  },
  parseHTML() {
    return [{ tag: "figure", getAttrs: (element) => readFigure(element as HTMLElement) }];
  },
  renderHTML({ node }) {
    const items = node.attrs.items as MediaItem[];
    const isVideo = node.attrs.kind === "video";
    const parts = items.map(({ id, alt }) =>
      isVideo ? ["video", { "data-asset": id }] : ["img", { "data-asset": id, alt }],
    );
    const caption = node.attrs.caption ? [["figcaption", {}, node.attrs.caption as string]] : [];
    const frame = items.length > 1 ? { class: "gallery" } : {};
    return ["figure", frame, ...parts, ...caption] as unknown as [string, ...unknown[]];
  },
  addCommands() {
    return {
      insertMedia:
        (kind, items, caption = "") =>
        ({ chain, state }) =>
          // The caret goes on behind it: what is inserted or typed next must not replace a selected frame.
          behindMedia(chain(), state)
            .insertContent([{ type: "media", attrs: { kind, items, caption } }, { type: "paragraph" }])
            .run(),
      insertAttachment:
        (id, name) =>
        ({ chain, state }) =>
          behindMedia(chain(), state)
            .insertContent([
              { type: "attachment", attrs: { id, name } },
              { type: "text", text: " " },
            ])
            .run(),
    };
  },
});

/** While a frame is selected, make an empty line behind it and go there. */
function behindMedia(chain: ChainedCommands, state: EditorState): ChainedCommands {
  const { selection } = state;
  return selection instanceof NodeSelection && selection.node.type.name === "media" ? chain.createParagraphNear() : chain;
}

function readFigure(figure: HTMLElement): false | { kind: string; items: MediaItem[]; caption: string } {
  const read = (name: string): MediaItem[] =>
    Array.from(figure.querySelectorAll(`${name}[data-asset]`)).map((one) => ({
      id: one.getAttribute("data-asset") ?? "",
      alt: one.getAttribute("alt") ?? "",
    }));
  const videos = read("video");
  const items = videos.length ? videos.slice(0, 1) : read("img");
  const caption = figure.querySelector("figcaption")?.textContent?.trim() ?? "";
  return items.length ? { kind: videos.length ? "video" : "picture", items, caption } : false;
}

/** A file to download, within a line of text. */
const Attachment = Node.create({
  name: "attachment",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes() {
    return {
      id: { default: "", rendered: false },
      name: { default: "", rendered: false },
    };
  },
  parseHTML() {
    return [
      {
        tag: "a[data-asset]",
        priority: 100,
        getAttrs: (element) => ({
          id: (element as HTMLElement).getAttribute("data-asset"),
          name: (element as HTMLElement).textContent ?? "",
        }),
      },
    ];
  },
  renderHTML({ node }) {
    return ["a", { "data-asset": node.attrs.id as string }, node.attrs.name as string];
  },
  renderText({ node }) {
    return node.attrs.name as string;
  },
});

/** No column widths, no style attributes: the reader's screen decides. */
const PlainTable = Table.extend({
  renderHTML({ HTMLAttributes }) {
    const { style: _style, ...rest } = mergeAttributes(HTMLAttributes) as Record<string, string>;
    return ["table", rest, ["tbody", 0]];
  },
}).configure({ resizable: false });

/** The extensions of an editor; `media` is the node with its view, when the page has a library. */
export function extensions(media: Node | null): Extensions {
  const own = media ? [media, Attachment] : [];
  return [
    StarterKit.configure({
      code: false,
      codeBlock: false,
      heading: { levels: [2, 3, 4] },
      link: {
        openOnClick: false,
        autolink: true,
        protocols: ["mailto", "tel"],
        HTMLAttributes: { rel: "noopener noreferrer", target: null },
        isAllowedUri: (url) => /^(https?:|mailto:|tel:|\/|#|[^:]*$)/i.test(url.trim()),
      },
      dropcursor: { class: "rt-dropcursor", color: false },
    }),
    Alignment,
    PlainTable,
    TableRow,
    TableHeader,
    TableCell,
    ...own,
  ];
}
