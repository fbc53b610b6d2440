/** Whether a chosen file may be sent, and the sentences about files that cannot. */
import { fileSize } from "./format";
import { t } from "./i18n";
import { precheck } from "./precheck";
import type { Entry } from "./uploader-entry";
import type { CheckName, ItemState, UploaderOptions } from "./uploader-types";

export interface Verdict {
  state: Extract<ItemState, "waiting" | "refused" | "failed">;
  message: string;
}

/** Run the pre-check; facts and findings go into the entry. */
export async function examine(entry: Entry, check: CheckName | null, options: UploaderOptions): Promise<Verdict> {
  try {
    const { facts, findings } = await precheck(entry.file as File, check, options.rules);
    entry.facts = facts;
    entry.findings = findings;
  } catch {
    return { state: "failed", message: unreadable(entry.name) };
  }
  const limit = options.maxBytes[options.kind];
  if (entry.size > limit) {
    const [size, most] = [fileSize(entry.size), fileSize(limit)];
    const text = `文件有 ${size}，超过单个文件的上限 ${most}，不能上传。请压缩或剪短后再添加。`;
    return { state: "refused", message: t(text, `The file has ${size}; one file may have ${most}. Shorten or compress it.`) };
  }
  if (entry.size === 0) {
    const text = "文件是空的（0 字节），不能上传。请检查是否选错了文件。";
    const message = t(text, "The file is empty (0 bytes). Check that it is the right one.");
    return { state: "refused", message: entry.findings.length > 0 ? "" : message };
  }
  const isWrong = entry.findings.some((finding) => finding.severity === "error");
  return { state: isWrong ? "refused" : "waiting", message: "" };
}

export function unreadable(name: string): string {
  return t(
    `读不到文件《${name}》。它可能已被移动，或还在云端没有下载。请重新选择。`,
    `“${name}” cannot be read: it may have been moved, or not be downloaded yet. Choose it again.`,
  );
}

export function notKept(name: string): string {
  return t(
    `页面关闭前没能保存这个文件。请再选一次《${name}》，会接着上次的进度传。`,
    `The file could not be kept. Choose “${name}” once more; the upload goes on where it was.`,
  );
}

export function anotherFile(name: string, size: number): string {
  return t(
    `这不是同一个文件。请选择《${name}》（${fileSize(size)}）。`,
    `This is another file. Choose “${name}” (${fileSize(size)}).`,
  );
}
