/** What the server tells the editor, and how an asset looks to it: see `content/client.py`. */
import type { UploadConfig } from "../lib/uploader-types";

export type AssetKind = "picture" | "video" | "attachment";

export interface AssetInfo {
  id: string;
  kind: AssetKind;
  name: string;
  title: string;
  alt: string;
  size: number;
  width: number;
  height: number;
  /** A small JPEG; empty while there is none. */
  thumb: string;
  state: "checking" | "ready" | "failed";
  problem: string;
}

export interface ContentConfig {
  owner: string;
  /** Address of the library's JSON, with organisation and edition; null where there is none. */
  library: string | null;
  /** Address of one asset's JSON, with an id of zeros to replace. */
  asset?: string;
  upload: UploadConfig | null;
  accept?: Record<AssetKind, string>;
  limits?: Record<AssetKind, number>;
}

/** One picture or video within a frame of the text. */
export interface MediaItem {
  id: string;
  alt: string;
}

export const ZERO_ID = "00000000-0000-0000-0000-000000000000";
