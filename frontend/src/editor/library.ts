/** The library dialog: choose what is there, or upload and choose at once. */
import { h, icon } from "../lib/dom";
import { fileSize } from "../lib/format";
import { t } from "../lib/i18n";
import { mountUploadList } from "../lib/uploader-list";
import type { UploadList } from "../lib/uploader-types";
import type { Assets } from "./assets";
import { type Modal, openModal } from "./modal";
import type { AssetInfo, AssetKind } from "./types";

export interface Choice {
  kinds: readonly AssetKind[];
  multiple: boolean;
  title: string;
  /** Files to send at once: dropped or pasted ones. */
  files?: File[];
  /** Nothing is chosen: the dialog is there for adding. */
  isUploadOnly?: boolean;
}

const ICONS: Record<AssetKind, string> = { picture: "image", video: "film", attachment: "paperclip" };
const WAIT = 300;

/** Ask for assets. Resolves to what was chosen, in order; empty when given up. */
export function chooseAssets(assets: Assets, choice: Choice): Promise<AssetInfo[]> {
  return new Promise((resolve) => new Library(assets, choice, resolve).open());
}

/** Only upload; resolves when the dialog is closed. */
export function addAssets(assets: Assets, kind: AssetKind, title: string): Promise<void> {
  return new Promise((resolve) => {
    new Library(assets, { kinds: [kind], multiple: true, title, isUploadOnly: true }, () => resolve()).open();
  });
}

class Library {
  private modal!: Modal;
  private uploads: UploadList | null = null;
  private readonly chosen = new Map<string, AssetInfo>();
  private readonly cards = new Map<string, HTMLElement>();
  private readonly grid = h("ul", { class: "rt-grid" });
  private readonly more = h("button", { type: "button", class: "btn btn-outline-primary", hidden: true }, t("显示更多", "Show more"));
  private readonly status = h("p", { class: "rt-status", role: "status" });
  private readonly search = h("input", { type: "search", class: "form-control", autocomplete: "off" });
  private readonly insert = h("button", { type: "button", class: "btn btn-primary", disabled: true, "data-enter": "" });
  private page = 0;
  private asked = 0;

  constructor(
    private readonly assets: Assets,
    private readonly choice: Choice,
    private readonly resolve: (found: AssetInfo[]) => void,
  ) {}

  open(): void {
    this.modal = openModal(this.choice.title, "rt-library", (result) => {
      this.uploads?.destroy();
      this.resolve(result === "insert" ? [...this.chosen.values()] : []);
    });
    const searchId = `rt-search-${Math.random().toString(36).slice(2, 8)}`;
    this.search.id = searchId;
    let timer = 0;
    this.search.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void this.load(1), WAIT);
    });
    this.more.addEventListener("click", () => void this.load(this.page + 1));
    this.insert.addEventListener("click", () => this.modal.close("insert"));
    const cancel = h("button", { type: "button", class: "btn btn-outline-secondary", onclick: () => this.modal.close() }, this.choice.isUploadOnly ? t("完成", "Done") : t("取消", "Cancel"));
    this.modal.body.append(
      this.uploadArea(),
      h("div", { class: "rt-search" }, h("label", { for: searchId }, t("在素材库中查找", "Search the library")), this.search),
      this.status,
      this.grid,
      h("div", { class: "rt-more" }, this.more),
    );
    this.modal.foot.append(...(this.choice.isUploadOnly ? [cancel] : [cancel, this.insert]));
    this.showCount();
    void this.load(1);
  }

  private uploadArea(): HTMLElement {
    const { upload, accept, limits } = this.assets.config;
    const area = h("div", { class: "rt-upload" });
    const kind = this.choice.kinds[0];
    if (!upload || !kind || this.choice.kinds.length > 1) {
      return area;
    }
    const limit = limits?.[kind] ?? 0;
    this.uploads = mountUploadList(area, {
      ...upload,
      maxBytes: { ...upload.maxBytes, other: limit || upload.maxBytes.other },
      kind: "other",
      check: null,
      accept: accept?.[kind] ?? "",
      label: t("上传新的", "Upload new"),
      hint: limit ? t(`每个文件最大 ${fileSize(limit)}`, `At most ${fileSize(limit)} each`) : "",
      scope: `content:${upload.organisation}:${kind}`,
      keepDone: false,
      purpose: (_file, clientId) => ({ content: { kind }, client_id: clientId }),
      onDone: (item) => void this.arrived(item.fileId),
    });
    if (this.choice.files?.length) {
      void this.uploads.uploader.add(this.choice.files);
    }
    return area;
  }

  private async arrived(id: string): Promise<void> {
    const asset = await this.assets.get(id);
    if (!asset) {
      return;
    }
    this.grid.prepend(this.card(asset));
    this.status.textContent = "";
    if (asset.state !== "failed") {
      this.toggle(asset, true);
    }
  }

  private async load(page: number): Promise<void> {
    this.asked += 1;
    const { asked } = this;
    this.status.textContent = t("正在读取…", "Loading…");
    try {
      const found = await this.assets.list(this.choice.kinds, this.search.value.trim(), page);
      if (asked !== this.asked) {
        return; // a later question was asked meanwhile
      }
      if (page === 1) {
        this.grid.replaceChildren();
        this.cards.clear();
      }
      this.grid.append(...found.items.filter((asset) => !this.cards.has(asset.id)).map((asset) => this.card(asset)));
      this.page = found.page;
      this.more.hidden = found.page >= found.pages;
      this.status.textContent = found.total ? t(`共 ${found.total} 个`, `${found.total} in all`) : this.nothing();
    } catch (error) {
      this.status.textContent = (error as Error).message;
    }
  }

  private nothing(): string {
    return this.search.value
      ? t("没有找到，换个词试试。", "Nothing found. Try another word.")
      : t("素材库里还没有，请先上传。", "The library is empty. Upload something first.");
  }

  private card(asset: AssetInfo): HTMLElement {
    const thumb = h("span", { class: "rt-card-thumb" });
    const facts = h("span", { class: "rt-card-facts" });
    const button = h(
      "button",
      { type: "button", class: "rt-card", "aria-pressed": String(this.chosen.has(asset.id)) },
      thumb,
      h("span", { class: "rt-card-name" }, asset.title || asset.name),
      facts,
    );
    button.addEventListener("click", () => this.toggle(asset, !this.chosen.has(asset.id)));
    const item = h("li", {}, button);
    this.cards.set(asset.id, button);
    const show = (now: AssetInfo | null): void => {
      if (!now) {
        return;
      }
      Object.assign(asset, now);
      thumb.replaceChildren(
        asset.thumb ? h("img", { src: asset.thumb, alt: asset.alt, loading: "lazy" }) : icon(ICONS[asset.kind]),
      );
      const isFailed = asset.state === "failed";
      facts.textContent = isFailed ? asset.problem : asset.state === "checking" ? t("正在检查…", "Checking…") : fileSize(asset.size);
      button.classList.toggle("rt-card-failed", isFailed);
      if (isFailed) {
        this.toggle(asset, false);
        button.setAttribute("aria-disabled", "true");
      }
    };
    void this.assets.follow(asset.id, show, () => this.modal.dialog.open && item.isConnected);
    show(asset);
    return item;
  }

  private toggle(asset: AssetInfo, isChosen: boolean): void {
    if (isChosen && asset.state === "failed") {
      return;
    }
    if (isChosen && !this.choice.multiple) {
      this.chosen.clear();
    }
    if (isChosen) {
      this.chosen.set(asset.id, asset);
    } else {
      this.chosen.delete(asset.id);
    }
    this.cards.forEach((card, id) => card.setAttribute("aria-pressed", String(this.chosen.has(id))));
    this.showCount();
  }

  private showCount(): void {
    const { size } = this.chosen;
    this.insert.disabled = size === 0;
    this.insert.textContent = size > 1 ? t(`用这 ${size} 个`, `Use these ${size}`) : t("用这个", "Use it");
  }
}
