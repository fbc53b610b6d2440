/** The editor's buttons: one stop for the Tab key, arrows between them, a second row inside a table. */
import type { Editor } from "@tiptap/core";
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import { editLink } from "./link";

export interface Tool {
  icon: string;
  label: string;
  /** Words beside the icon, where an icon alone says too little. */
  words?: string;
  run: (editor: Editor) => void;
  isOn?: (editor: Editor) => boolean;
  isOff?: (editor: Editor) => boolean;
}

const heading = (level: 2 | 3): Tool => ({
  icon: `type-h${level}`,
  label: level === 2 ? t("大标题", "Heading") : t("小标题", "Subheading"),
  run: (editor) => editor.chain().focus().toggleHeading({ level }).run(),
  isOn: (editor) => editor.isActive("heading", { level }),
});

const side = (align: "" | "center" | "right", name: string, label: string): Tool => ({
  icon: name,
  label,
  run: (editor) => editor.chain().focus().align(align).run(),
  isOn: (editor) => {
    const block = editor.isActive("heading") ? "heading" : "paragraph";
    return editor.isActive(block) && ((editor.getAttributes(block).align as string) ?? "") === align;
  },
});

/** Groups of tools; a line stands between them. The icon names of headings: "type-h2", "type-h3". */
export function textTools(): Tool[][] {
  return [
    [heading(2), heading(3)],
    [
      { icon: "type-bold", label: t("加粗", "Bold"), run: (editor) => editor.chain().focus().toggleBold().run(), isOn: (editor) => editor.isActive("bold") },
      { icon: "type-italic", label: t("斜体", "Italic"), run: (editor) => editor.chain().focus().toggleItalic().run(), isOn: (editor) => editor.isActive("italic") },
      { icon: "type-underline", label: t("下划线", "Underline"), run: (editor) => editor.chain().focus().toggleUnderline().run(), isOn: (editor) => editor.isActive("underline") },
    ],
    [
      { icon: "list-ul", label: t("项目列表", "Bulleted list"), run: (editor) => editor.chain().focus().toggleBulletList().run(), isOn: (editor) => editor.isActive("bulletList") },
      { icon: "list-ol", label: t("编号列表", "Numbered list"), run: (editor) => editor.chain().focus().toggleOrderedList().run(), isOn: (editor) => editor.isActive("orderedList") },
      { icon: "blockquote-left", label: t("引用", "Quote"), run: (editor) => editor.chain().focus().toggleBlockquote().run(), isOn: (editor) => editor.isActive("blockquote") },
    ],
    [
      side("", "text-left", t("靠左", "Align left")),
      side("center", "text-center", t("居中", "Centre")),
      side("right", "text-right", t("靠右", "Align right")),
    ],
    [
      { icon: "link-45deg", label: t("链接", "Link"), run: editLink, isOn: (editor) => editor.isActive("link") },
      { icon: "table", label: t("表格", "Table"), run: (editor) => editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(), isOff: (editor) => editor.isActive("table") },
      { icon: "hr", label: t("分隔线", "Rule"), run: (editor) => editor.chain().focus().setHorizontalRule().run() },
    ],
    [
      { icon: "arrow-counterclockwise", label: t("撤销", "Undo"), run: (editor) => editor.chain().focus().undo().run(), isOff: (editor) => !editor.can().undo() },
      { icon: "arrow-clockwise", label: t("重做", "Redo"), run: (editor) => editor.chain().focus().redo().run(), isOff: (editor) => !editor.can().redo() },
    ],
  ];
}

export function tableTools(): Tool[][] {
  const tool = (name: string, words: string, run: Tool["run"]): Tool => ({ icon: name, label: words, words, run });
  return [
    [
      tool("plus-lg", t("加一行", "Add row"), (editor) => editor.chain().focus().addRowAfter().run()),
      tool("plus-lg", t("加一列", "Add column"), (editor) => editor.chain().focus().addColumnAfter().run()),
      tool("dash-lg", t("删这行", "Delete row"), (editor) => editor.chain().focus().deleteRow().run()),
      tool("dash-lg", t("删这列", "Delete column"), (editor) => editor.chain().focus().deleteColumn().run()),
      tool("trash", t("删除表格", "Delete table"), (editor) => editor.chain().focus().deleteTable().run()),
    ],
  ];
}

/** A row of buttons for an editor. `isShown` hides the whole row while it makes no sense. */
export function toolbar(editor: Editor, groups: Tool[][], label: string, isShown: () => boolean = () => true): HTMLElement {
  const bar = h("div", { class: "rt-toolbar", role: "toolbar", "aria-label": label });
  const made = new Map<Tool, HTMLButtonElement>();
  for (const group of groups) {
    const box = h("div", { class: "rt-tools", role: "group" });
    for (const tool of group) {
      const button = h(
        "button",
        { type: "button", class: "rt-tool", "aria-label": tool.words ?? tool.label, title: tool.label, tabindex: "-1" },
        icon(tool.icon),
        tool.words ? h("span", {}, tool.words) : null,
      );
      button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays where it is
      button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && tool.run(editor));
      made.set(tool, button);
      box.append(button);
    }
    bar.append(box);
  }
  const buttons = [...made.values()];
  arrows(bar, buttons);
  const show = (): void => {
    bar.hidden = !isShown();
    for (const [tool, button] of made) {
      if (tool.isOn) {
        button.setAttribute("aria-pressed", String(tool.isOn(editor)));
      }
      if (tool.isOff) {
        button.setAttribute("aria-disabled", String(tool.isOff(editor)));
      }
    }
  };
  editor.on("transaction", show);
  show();
  return bar;
}

function arrows(bar: HTMLElement, buttons: HTMLButtonElement[]): void {
  buttons[0]?.setAttribute("tabindex", "0");
  const go = (index: number): void => {
    buttons.forEach((button, other) => button.setAttribute("tabindex", other === index ? "0" : "-1"));
    buttons[index]?.focus();
  };
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at >= 0 && to !== undefined) {
      event.preventDefault();
      go((to + buttons.length) % buttons.length);
    }
  });
  bar.addEventListener("focusin", (event) => {
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    buttons.forEach((button, other) => button.setAttribute("tabindex", other === at ? "0" : "-1"));
  });
}
