/** The dialog for a link's address. */
import type { Editor } from "@tiptap/core";
import { h } from "../lib/dom";
import { t } from "../lib/i18n";
import { openModal } from "./modal";

/** Ask where the selected words lead; an empty address takes the link away. */
export function editLink(editor: Editor): void {
  const now = (editor.getAttributes("link").href as string | undefined) ?? "";
  const hasWords = !editor.state.selection.empty || editor.isActive("link");
  const address = h("input", { type: "text", inputmode: "url", class: "form-control", id: "rt-link-address", value: now, placeholder: "https://" });
  const words = h("input", { type: "text", class: "form-control", id: "rt-link-words", maxlength: 200 });
  const problem = h("p", { class: "field-error", role: "alert", hidden: true });
  const modal = openModal(t("链接", "Link"), "rt-narrow", () => editor.commands.focus());
  const save = (): void => {
    const href = normal(address.value);
    if (href === null) {
      problem.hidden = false;
      problem.textContent = t("网址不完整。网页以 https:// 开头，邮箱写成 name@example.com。", "The address is incomplete. Begin with https://, or write an e-mail address.");
      address.focus();
      return;
    }
    modal.close("done");
    apply(editor, href, words.value.trim());
  };
  modal.body.append(
    h("div", { class: "field" }, h("label", { class: "form-label", for: address.id }, t("网址、邮箱或电话", "Web address, e-mail or phone")), address, problem),
    hasWords ? "" : h("div", { class: "field" }, h("label", { class: "form-label", for: words.id }, t("显示的文字", "Words shown")), words),
  );
  modal.foot.append(
    ...(now
      ? [h("button", { type: "button", class: "btn btn-outline-secondary", onclick: () => (modal.close("done"), apply(editor, "", "")) }, t("取消链接", "Remove link"))]
      : []),
    h("button", { type: "button", class: "btn btn-primary", "data-enter": "", onclick: save }, t("确定", "OK")),
  );
  address.focus();
}

/** What the person meant: with a scheme; "" for nothing; null when it is no address. */
function normal(text: string): string | null {
  const value = text.trim();
  if (!value || /^(https?:\/\/[^\s]+|mailto:[^\s]+@[^\s]+|tel:[+\d-]+|\/[^\s]*|#[^\s]*)$/i.test(value)) {
    return value;
  }
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(value)) {
    return `mailto:${value}`;
  }
  if (/^\+?[\d][\d\s-]{5,}$/.test(value)) {
    return `tel:${value.replace(/\s/g, "")}`;
  }
  return /^[\w-]+(\.[\w-]+)+([/?#][^\s]*)?$/.test(value) ? `https://${value}` : null;
}

function apply(editor: Editor, href: string, words: string): void {
  const chain = editor.chain().focus().extendMarkRange("link");
  if (!href) {
    chain.unsetLink().run();
  } else if (editor.state.selection.empty && !editor.isActive("link")) {
    const text = words || href.replace(/^(mailto:|tel:)/, "");
    editor.chain().focus().insertContent({ type: "text", text, marks: [{ type: "link", attrs: { href } }] }).run();
  } else {
    chain.setLink({ href }).run();
  }
}
