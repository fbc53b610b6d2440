/** The text of a manuscript, as far as a phone reads it with what browsers have: docx, txt and md. */
import { bytesAt } from "./precheck-media";

const MAX_TEXT_BYTES = 10 * 1024 * 1024;
const MAX_PART_BYTES = 40 * 1024 * 1024;
const MAX_ENTRIES = 5000;
const TAIL = 22 + 65535;
const WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/** The same in files saved as "Strict Open XML". */
const STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main";
const COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006";
/** Written twice in a docx for old programs, or not part of the text as printed. */
const SKIPPED = new Set(["del", "moveFrom", "instrText", "delText"]);

/** Bytes as text: by byte order mark, else UTF-8, else GB18030; null when it is none of them. */
export function decodeText(bytes: Uint8Array): string | null {
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "";
  for (const encoding of marked ? [marked] : ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      continue;
    }
  }
  return null;
}

/** The text of a txt or md; null when it is too long or no text. */
export async function readPlainText(file: Blob): Promise<string | null> {
  return file.size > MAX_TEXT_BYTES ? null : decodeText(new Uint8Array(await file.arrayBuffer()));
}

interface Entry {
  method: number;
  packed: number;
  size: number;
  offset: number;
}

/** The list of contents of a zip; null when it has none that a phone can read. */
async function zipEntries(file: Blob): Promise<Map<string, Entry> | null> {
  const start = Math.max(0, file.size - TAIL);
  const tail = await bytesAt(file, start, TAIL);
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) {
    end--;
  }
  if (end < 0) {
    return null;
  }
  const count = tail.getUint16(end + 10, true);
  const list = await bytesAt(file, tail.getUint32(end + 16, true), tail.getUint32(end + 12, true));
  const entries = new Map<string, Entry>();
  let at = 0;
  while (at + 46 <= list.byteLength && entries.size < Math.min(count, MAX_ENTRIES)) {
    if (list.getUint32(at, true) !== 0x02014b50) {
      return null;
    }
    const nameLength = list.getUint16(at + 28, true);
    const name = new TextDecoder().decode(new Uint8Array(list.buffer, at + 46, Math.min(nameLength, list.byteLength - at - 46)));
    entries.set(name, {
      method: list.getUint16(at + 10, true),
      packed: list.getUint32(at + 20, true),
      size: list.getUint32(at + 24, true),
      offset: list.getUint32(at + 42, true),
    });
    at += 46 + nameLength + list.getUint16(at + 30, true) + list.getUint16(at + 32, true);
  }
  return entries;
}

/** One entry unpacked; null when it is packed otherwise than docx files are, or unpacks to too much. */
async function unpack(file: Blob, entry: Entry): Promise<string | null> {
  const local = await bytesAt(file, entry.offset, 30);
  if (local.byteLength < 30 || entry.size > MAX_PART_BYTES) {
    return null;
  }
  const begin = entry.offset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const packed = file.slice(begin, begin + entry.packed);
  if (entry.method === 0) {
    return packed.text();
  }
  if (entry.method !== 8 || typeof DecompressionStream === "undefined") {
    return null;
  }
  // What the list says of the size is not trusted: reading stops at the bound.
  const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return text + decoder.decode();
    }
    size += value.byteLength;
    if (size > MAX_PART_BYTES) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The text of a docx: body, tables, text boxes, foot- and endnotes. Null when a phone cannot read it. */
export async function readDocx(file: Blob): Promise<string | null> {
  if (typeof DOMParser === "undefined") {
    return null;
  }
  const entries = await zipEntries(file);
  const main = entries && (entries.has("word/document.xml") ? "word/document.xml" : null);
  if (!entries || !main) {
    return null;
  }
  const pieces: string[] = [];
  for (const name of [main, "word/footnotes.xml", "word/endnotes.xml"]) {
    const entry = entries.get(name);
    if (!entry) {
      continue;
    }
    const xml = await unpack(file, entry);
    if (xml === null || xml.includes("<!DOCTYPE") || xml.includes("<!ENTITY")) {
      return null;
    }
    const root = new DOMParser().parseFromString(xml.replaceAll(STRICT, WORD), "application/xml").documentElement;
    if (root.getElementsByTagName("parsererror").length > 0) {
      return null;
    }
    collect(root, pieces);
    pieces.push("\n");
  }
  return pieces.join("");
}

/** Append the text below an element in reading order, without recursion: depth is the file's choice. */
function collect(root: Element, pieces: string[]): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT, {
    acceptNode: (node) => (isSkipped(node as Element) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT),
  });
  let node = walker.nextNode() as Element | null;
  while (node) {
    if (node.namespaceURI === WORD) {
      const name = node.localName;
      if (name === "t") {
        pieces.push(node.textContent ?? "");
      } else if (name === "noBreakHyphen") {
        pieces.push("-");
      } else if (name === "p" || name === "br" || name === "cr" || name === "tab" || name === "tc") {
        pieces.push("\n");
      }
    }
    node = walker.nextNode() as Element | null;
  }
}

function isSkipped(element: Element): boolean {
  const name = element.localName;
  if (element.namespaceURI === COMPATIBILITY) {
    return name === "Fallback";
  }
  if (element.namespaceURI !== WORD) {
    return false;
  }
  return SKIPPED.has(name) || ((name === "footnote" || name === "endnote") && element.hasAttributeNS(WORD, "type"));
}
