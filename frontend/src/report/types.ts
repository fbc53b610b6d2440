/** The report as the server gives it (`reports/form_state.py`), and the changes it takes (`reports/domain/drafts.py`). */
import type { UploadConfig } from "../lib/uploader-types";

export type Kind = "case" | "manuscript" | "photo" | "video" | "coverage";

export interface ShownFinding {
  code: string;
  severity: "error" | "warning" | "advice";
  message: string;
  todo: string;
}

export interface FileInfo {
  id: string;
  name: string;
  size: number;
  state: "checking" | "ready" | "failed";
  width: number;
  height: number;
  duration: number;
  words: number;
  url: string;
  thumb: string;
  large: string;
}

export interface Remark {
  id: number;
  who: string;
  text: string;
  /** When, in words, by the edition's clock. */
  at: string;
  resolved: boolean;
}

export interface Item {
  id: string;
  kind: Kind;
  values: Record<string, string>;
  words: number;
  file: FileInfo | null;
  photo: FileInfo | null;
  findings: ShownFinding[];
  comments: Remark[];
  highlight: boolean;
}

export interface ReportState {
  version: number;
  state: "draft" | "submitted" | "returned" | "accepted";
  stateLabel: string;
  editable: boolean;
  canSubmit: boolean;
  canWithdraw: boolean;
  isLate: boolean;
  errorReason: string;
  values: Record<string, string>;
  /** What the platform counted that day, by field; the school takes it over or not. */
  suggestions: Record<string, { value: string; source: string }>;
  items: Item[];
  findings: ShownFinding[];
  errors: number;
  comments: Remark[];
  checking: boolean;
}

export type Change =
  | { op: "set"; item: string | null; field: string; base: string; value: string }
  | { op: "add"; item: string; kind: Kind }
  | { op: "remove" | "restore"; item: string }
  | { op: "order"; kind: Kind; items: string[] };

export interface Conflict {
  item: string | null;
  field: string;
  yours: string;
  theirs: string;
}

export interface Problem {
  item: string | null;
  field: string;
  message: string;
  removed?: boolean;
}

export interface Settings {
  day: string;
  owner: string;
  organisation: number;
  signIn: string;
  urls: Record<"state" | "save" | "submit" | "withdraw" | "ask" | "comment" | "detach", string>;
  sections: Kind[];
  outlets: { name: string; level: string }[];
  levels: { value: string; label: string }[];
  firstDay: string;
  figures: { field: string; label: string; maximum: number }[];
  uploads: UploadConfig;
  state: ReportState;
}
