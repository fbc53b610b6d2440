/** The editor for rich text and the chooser for assets, on pages with `{% rich_text_assets %}`. */
import { Assets } from "../editor/assets";
import { settleDrafts } from "../editor/draft";
import { enhance } from "../editor/editor";
import { enhanceField } from "../editor/field";
import { addAssets } from "../editor/library";
import type { AssetKind, ContentConfig } from "../editor/types";
import { readJson } from "../lib/dom";

const assets = new Assets(readJson<ContentConfig>("content-config"));

function start(root: ParentNode): void {
  root.querySelectorAll<HTMLTextAreaElement>("textarea[data-rich-text]:not([data-rt-ready])").forEach((area) => {
    area.dataset.rtReady = "";
    enhance(area, assets);
  });
  root.querySelectorAll<HTMLSelectElement>("select[data-asset-field]:not([data-rt-ready])").forEach((list) => {
    list.dataset.rtReady = "";
    enhanceField(list, assets);
  });
}

/** The library page: buttons that upload without a text around. */
function libraryButtons(): void {
  document.querySelectorAll<HTMLButtonElement>("button[data-library-add]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const kind = button.dataset.libraryAdd as AssetKind;
      await addAssets(assets, kind, button.textContent?.trim() ?? "");
      location.reload();
    });
  });
}

settleDrafts();
libraryButtons();
start(document);
document.addEventListener("htmx:load", (event) => start(event.target as HTMLElement));
