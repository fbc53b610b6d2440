/** Turns a text area into the editor. The text area stays in the form and always holds the text as HTML. */
import { Editor } from "@tiptap/core";
import { h } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Assets } from "./assets";
import { editFrame } from "./captions";
import { Draft } from "./draft";
import { chooseAssets } from "./library";
import { mediaWithView } from "./media-view";
import { cleanPaste } from "./paste";
import { extensions } from "./schema";
import { tableTools, textTools, type Tool, toolbar } from "./toolbar";

/** Enhance one text area. It dispatches `input` on every change; send it `rt-set` after changing its value. */
export function enhance(area: HTMLTextAreaElement, assets: Assets): Editor {
  const hasMedia = area.dataset.richText === "full" && assets.hasLibrary;
  const label = document.querySelector<HTMLLabelElement>(`label[for="${CSS.escape(area.id)}"]`);
  const frame = h("div", { class: "rt-editor" });
  const holder = h("div", { class: "rt-holder" });
  const invalid = area.getAttribute("aria-invalid");
  const editor: Editor = new Editor({
    element: holder,
    injectCSS: false,
    extensions: extensions(hasMedia ? mediaWithView(assets) : null),
    content: area.value,
    editorProps: {
      attributes: {
        class: "rich-text rt-area",
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": labelText(label) || t("正文", "Text"),
        ...(area.getAttribute("aria-describedby") ? { "aria-describedby": area.getAttribute("aria-describedby") as string } : {}),
        ...(invalid ? { "aria-invalid": invalid } : {}),
      },
      transformPastedHTML: cleanPaste,
      handlePaste: (_view, event) =>
        fillEmpty(editor, event.clipboardData?.getData("text/html") ?? "") ||
        takeFiles(editor, assets, hasMedia, Array.from(event.clipboardData?.files ?? [])),
      handleDrop: (_view, event) => takeFiles(editor, assets, hasMedia, Array.from((event as DragEvent).dataTransfer?.files ?? [])),
    },
  });
  const html = (): string => (editor.isEmpty ? "" : editor.getHTML());
  const draft = new Draft(assets.config.owner, area.name, html);
  const restore = draft.offer(area.value, (kept) => editor.commands.setContent(kept, { emitUpdate: true }));
  const tools = textTools();
  if (hasMedia) {
    tools.splice(2, 0, mediaTools(assets)); // near the front: on a phone the row is longer than the screen
  }
  frame.append(
    toolbar(editor, tools, t("文字格式", "Formatting")),
    toolbar(editor, tableTools(), t("表格", "Table"), () => editor.isActive("table")),
    holder,
  );
  area.before(frame);
  if (restore) {
    frame.before(restore);
  }
  area.hidden = true;
  area.required = false; // the browser cannot point at what is hidden; the server says it
  editor.on("update", () => {
    area.value = html();
    area.dispatchEvent(new Event("input", { bubbles: true }));
    draft.changed();
  });
  area.addEventListener("rt-set", () => editor.commands.setContent(area.value, { emitUpdate: false }));
  label?.addEventListener("click", () => editor.commands.focus());
  area.form?.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) {
      draft.sent();
    }
  });
  return editor;
}

function labelText(label: HTMLLabelElement | null): string {
  const own = Array.from(label?.childNodes ?? []).filter((node) => node.nodeType === Node.TEXT_NODE);
  return own.map((node) => node.textContent?.trim()).join(" ").trim();
}

/** What is inserted from the library. */
function mediaTools(assets: Assets): Tool[] {
  return [
    { icon: "images", label: t("图片", "Pictures"), words: t("图片", "Pictures"), run: (editor) => void insertPictures(editor, assets) },
    { icon: "film", label: t("视频", "Video"), words: t("视频", "Video"), run: (editor) => void insertVideo(editor, assets) },
    { icon: "paperclip", label: t("附件", "File"), words: t("附件", "File"), run: (editor) => void insertFiles(editor, assets) },
  ];
}

async function insertPictures(editor: Editor, assets: Assets, files: File[] = []): Promise<void> {
  const title = t("插入图片（选几张就并排成组图）", "Insert pictures (several stand in a row)");
  const found = await chooseAssets(assets, { kinds: ["picture"], multiple: true, title, files });
  if (found.length) {
    const items = found.map(({ id, alt }) => ({ id, alt }));
    const described = await editFrame(assets, { kind: "picture", items, caption: "" });
    // Given up describing is no reason to lose the pictures.
    editor.chain().focus().insertMedia("picture", described?.items ?? items, described?.caption ?? "").run();
  } else {
    editor.commands.focus();
  }
}

async function insertVideo(editor: Editor, assets: Assets): Promise<void> {
  const found = await chooseAssets(assets, { kinds: ["video"], multiple: false, title: t("插入视频", "Insert a video") });
  const [asset] = found;
  if (asset) {
    editor.chain().focus().insertMedia("video", [{ id: asset.id, alt: asset.title }]).run();
  } else {
    editor.commands.focus();
  }
}

async function insertFiles(editor: Editor, assets: Assets): Promise<void> {
  const found = await chooseAssets(assets, { kinds: ["attachment"], multiple: true, title: t("插入附件", "Insert files") });
  for (const asset of found) {
    editor.chain().focus().insertAttachment(asset.id, asset.title || asset.name).run();
  }
  if (!found.length) {
    editor.commands.focus();
  }
}

/** Into an empty text the whole goes as it is; put into the empty first line, it would take that line's alignment. */
function fillEmpty(editor: Editor, html: string): boolean {
  if (!editor.isEmpty || !/<(p|h[1-6]|ul|ol|table|div)\b/i.test(html)) {
    return false;
  }
  return editor.chain().setContent(cleanPaste(html), { emitUpdate: true }).focus("end").run();
}

/** Pictures dropped or pasted as files go to the library first. */
function takeFiles(editor: Editor, assets: Assets, hasMedia: boolean, files: File[]): boolean {
  const pictures = files.filter((file) => file.type.startsWith("image/"));
  if (!hasMedia || !pictures.length) {
    return false;
  }
  void insertPictures(editor, assets, pictures);
  return true;
}
