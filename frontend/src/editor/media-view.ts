/** How a frame of pictures or a video looks within the editor, with its own buttons. */
import type { Editor, Node } from "@tiptap/core";
import type { Node as TextNode } from "@tiptap/pm/model";
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Assets } from "./assets";
import { editFrame, type Frame } from "./captions";
import { Media } from "./schema";
import type { MediaItem } from "./types";

/** The media node with a view that shows what the library knows of it. */
export function mediaWithView(assets: Assets): Node {
  return Media.extend({
    addNodeView() {
      return ({ editor, node, getPos }) => new MediaView(assets, editor as Editor, node, getPos as () => number | undefined);
    },
  });
}

class MediaView {
  readonly dom = h("figure", { class: "rt-media", contenteditable: "false" });
  private node: TextNode;
  private isAlive = true;

  constructor(
    private readonly assets: Assets,
    private readonly editor: Editor,
    node: TextNode,
    private readonly getPos: () => number | undefined,
  ) {
    this.node = node;
    this.draw();
  }

  update(node: TextNode): boolean {
    if (node.type !== this.node.type) {
      return false;
    }
    const isSame = JSON.stringify(node.attrs) === JSON.stringify(this.node.attrs);
    this.node = node;
    if (!isSame) {
      this.draw();
    }
    return true;
  }

  stopEvent(event: Event): boolean {
    return event.target instanceof Element && event.target.closest("button") !== null;
  }

  ignoreMutation(): boolean {
    return true;
  }

  selectNode(): void {
    this.dom.classList.add("ProseMirror-selectednode");
  }

  deselectNode(): void {
    this.dom.classList.remove("ProseMirror-selectednode");
  }

  destroy(): void {
    this.isAlive = false;
  }

  private draw(): void {
    const items = this.node.attrs.items as MediaItem[];
    const isVideo = this.node.attrs.kind === "video";
    const shown = h("div", { class: items.length > 1 ? "rt-media-row" : "rt-media-one" });
    shown.append(...items.map((item) => this.piece(item, isVideo)));
    const caption = this.node.attrs.caption as string;
    const button = (name: string, words: string, act: () => void): HTMLElement =>
      h("button", { type: "button", class: "btn btn-sm btn-light", onclick: act }, icon(name), words);
    this.dom.replaceChildren(
      shown,
      h("figcaption", caption ? {} : { class: "muted" }, caption || t("还没有图注", "No caption yet")),
      h(
        "div",
        { class: "rt-media-actions" },
        button("pencil", t("说明", "Describe"), () => void this.edit()),
        button("trash", t("移除", "Remove"), () => this.remove()),
      ),
    );
  }

  private piece(item: MediaItem, isVideo: boolean): HTMLElement {
    const box = h("span", { class: "rt-media-piece" }, icon(isVideo ? "film" : "image"));
    const { dom } = this;
    void this.assets.follow(
      item.id,
      (asset) => {
        if (!asset || asset.state === "failed") {
          const words = asset?.problem || t("这个文件已不在素材库里。", "This file is no longer in the library.");
          box.replaceChildren(icon("exclamation-triangle-fill"), h("span", {}, words));
          box.classList.add("rt-media-lost");
        } else if (asset.thumb) {
          const size = asset.width && asset.height ? { width: asset.width, height: asset.height } : {};
          box.replaceChildren(h("img", { src: asset.thumb, alt: item.alt || asset.alt, ...size }), isVideo ? icon("play-circle-fill") : "");
        } else {
          box.replaceChildren(icon(isVideo ? "film" : "image"), h("span", {}, t("正在处理…", "Being prepared…")));
        }
      },
      () => this.isAlive && dom.contains(box),
    );
    return box;
  }

  private async edit(): Promise<void> {
    const { kind, items, caption } = this.node.attrs as unknown as Frame;
    const changed = await editFrame(this.assets, { kind, items, caption });
    const at = this.getPos();
    if (changed && at !== undefined) {
      this.editor.view.dispatch(this.editor.state.tr.setNodeMarkup(at, undefined, changed));
    }
    this.editor.commands.focus();
  }

  private remove(): void {
    const at = this.getPos();
    if (at !== undefined) {
      this.editor.chain().focus().deleteRange({ from: at, to: at + this.node.nodeSize }).run();
    }
  }
}
