/** Asking the server about assets, and remembering what it said. */
import { csrfToken } from "../lib/csrf";
import { t } from "../lib/i18n";
import { type AssetInfo, type AssetKind, type ContentConfig, ZERO_ID } from "./types";

export interface LibraryPage {
  items: AssetInfo[];
  page: number;
  pages: number;
  total: number;
}

/** How often, and how long, an asset that is being checked is asked about again. */
const ASK_AGAIN = 2000;
const ASK_TIMES = 60;

export class Assets {
  private readonly known = new Map<string, Promise<AssetInfo | null>>();

  constructor(readonly config: ContentConfig) {}

  get hasLibrary(): boolean {
    return Boolean(this.config.library);
  }

  /** One page of the library. Rejects with a sentence for the person. */
  async list(kinds: readonly AssetKind[], words: string, page: number): Promise<LibraryPage> {
    const query = new URLSearchParams({ q: words, page: String(page) });
    kinds.forEach((kind) => query.append("kind", kind));
    const found = (await this.ask(`${this.config.library}&${query}`)) as LibraryPage;
    found.items.forEach((asset) => this.remember(asset));
    return found;
  }

  remember(asset: AssetInfo): void {
    this.known.set(asset.id, Promise.resolve(asset));
  }

  /** One asset; null when it is gone or not this person's. */
  get(id: string): Promise<AssetInfo | null> {
    let asked = this.known.get(id);
    if (!asked) {
      asked = this.fresh(id);
      this.known.set(id, asked);
    }
    return asked;
  }

  /** Tell `show` about an asset now, and again until it has been checked or `isWanted` says no. */
  async follow(id: string, show: (asset: AssetInfo | null) => void, isWanted: () => boolean): Promise<void> {
    let asset = await this.get(id);
    show(asset);
    for (let count = 0; count < ASK_TIMES && isWanted() && asset && waits(asset); count += 1) {
      await new Promise((resolve) => window.setTimeout(resolve, ASK_AGAIN));
      asset = await this.fresh(id);
      if (asset) {
        this.remember(asset);
      }
      if (isWanted()) {
        show(asset);
      }
    }
  }

  private async fresh(id: string): Promise<AssetInfo | null> {
    if (!this.config.asset) {
      return null;
    }
    try {
      return (await this.ask(this.config.asset.replace(ZERO_ID, id))) as AssetInfo;
    } catch {
      return null;
    }
  }

  /** Write a picture's description into the library, so that it is there the next time. */
  async describe(id: string, alt: string): Promise<void> {
    const asset = await this.get(id);
    if (!asset || !this.config.asset || asset.alt || !alt) {
      return;
    }
    const body = new URLSearchParams({ alt });
    const headers = { "X-CSRFToken": csrfToken() };
    const response = await fetch(this.config.asset.replace(ZERO_ID, id), { method: "POST", body, headers });
    if (response.ok) {
      this.remember((await response.json()) as AssetInfo);
    }
  }

  private async ask(address: string): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(address, { headers: { Accept: "application/json" } });
    } catch {
      throw new Error(t("网络断开了，请连上后再试。", "There is no network. Connect and try again."));
    }
    if (!response.ok || !response.headers.get("Content-Type")?.includes("json")) {
      throw new Error(t("素材库暂时打不开，请刷新页面后再试。", "The library cannot be opened. Reload the page and try again."));
    }
    return response.json();
  }
}

function waits(asset: AssetInfo): boolean {
  return asset.state === "checking" || (asset.kind !== "attachment" && asset.state === "ready" && !asset.thumb);
}
