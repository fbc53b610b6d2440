/** Captions for many photos at once: one line each, in the order of the photos (C3). */
import { h } from "../lib/dom";
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";
import type { Store } from "./store";

export function offerBulkCaptions(store: Store): void {
  const photos = store.state.items.filter((item) => item.kind === "photo");
  const text = h("textarea", { class: "form-control", rows: 10, id: "bulk-captions", "aria-describedby": "bulk-help" });
  text.value = photos.map((photo) => photo.values.caption ?? "").join("\n");
  const help = h(
    "p",
    { class: "muted", id: "bulk-help" },
    t(
      `一行写一张照片的说明，按照片顺序，共 ${photos.length} 张。可以从 Word 或微信整段粘贴。`,
      `One line for each photo, in their order: ${photos.length} photos. Paste from Word if you like.`,
    ),
  );
  const dialog = h("dialog", { class: "confirm bulk-dialog", "aria-labelledby": "bulk-title" });
  const apply = (): void => {
    const lines = text.value.split("\n").map((line) => line.trim());
    photos.forEach((photo, place) => {
      const line = lines[place] ?? "";
      if (line !== (photo.values.caption ?? "")) {
        store.type(photo.id, "caption", line);
      }
    });
    const rest = lines.slice(photos.length).filter((line) => line).length;
    dialog.close();
    if (rest) {
      toast(t(`多出 ${rest} 行没有对应的照片。`, `${rest} lines have no photo.`), { level: "warning" });
    }
  };
  dialog.append(
    h("h2", { class: "h3", id: "bulk-title" }, t("批量写说明", "Captions in bulk")),
    help,
    h("label", { class: "visually-hidden", for: "bulk-captions" }, t("照片说明，一行一张", "Captions, one line each")),
    text,
    h(
      "div",
      { class: "confirm-actions" },
      h("button", { type: "button", class: "btn btn-outline-secondary", onclick: () => dialog.close() }, t("取消", "Cancel")),
      h("button", { type: "button", class: "btn btn-primary", onclick: apply }, t("填入", "Fill in")),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
