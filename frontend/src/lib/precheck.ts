/**
 * The check on the phone, before a byte is sent (C6): the judge's own rules and words, as far as a phone can measure.
 * Shape and meaning of the rules: `materials/browser_rules.py`. What a phone cannot measure, the server judges.
 */
import { bytesAt, measureJpeg, measureMovie, measurePng } from "./precheck-media";
import { decodeText, readDocx, readPlainText } from "./precheck-text";
import type { Bilingual, Check, CheckName, FileFacts, Finding, Language, RuleFormat, Rules } from "./uploader-types";

const TAIL_BYTES = 128 * 1024;
const OFFICE = [
  ["word/document.xml", "docx"],
  ["xl/workbook.xml", "xlsx"],
  ["ppt/presentation.xml", "pptx"],
] as const;

export interface PrecheckResult {
  facts: FileFacts;
  findings: Finding[];
}

/** Measure a file and judge it. Rejects when the file cannot be read (it was moved, or lies in a cloud). */
export async function precheck(file: File, check: CheckName | null, rules: Rules): Promise<PrecheckResult> {
  const facts = await measure(file, rules, check === "manuscript");
  return { facts, findings: check ? judge(file.name, facts, check, rules) : [] };
}

/** What the rules say of a photo's caption alone. `name` is how the reader knows the photo. */
export function captionFindings(caption: string, name: string, rules: Rules): Finding[] {
  const checks = (rules.checks.photo ?? []).filter((check) => check.measure.startsWith("caption"));
  const values = { caption, caption_meaning: saysSomething(caption, rules) };
  return applyChecks(checks, values, name, "", rules);
}

/** Word's count of a text (字数), by the judge's own pattern. */
export function countWords(text: string, rules: Rules): number {
  return Array.from(text.matchAll(new RegExp(rules.words.pattern, rules.words.flags))).length;
}

/** Facts of a file; `withWords` also reads its text. */
async function measure(file: File, rules: Rules, withWords: boolean): Promise<FileFacts> {
  const facts: FileFacts = { bytes: file.size };
  const format = await sniff(file, rules);
  if (format) {
    facts.format = format;
  }
  try {
    if (format === "jpeg") {
      Object.assign(facts, await measureJpeg(file));
    } else if (format === "png") {
      Object.assign(facts, await measurePng(file));
    } else if (format === "mp4" || format === "mov") {
      Object.assign(facts, await measureMovie(file));
    } else if (withWords && (format === "docx" || format === "txt")) {
      const text = format === "docx" ? await readDocx(file) : await readPlainText(file);
      if (text !== null) {
        facts.words = countWords(text, rules);
      }
    }
  } catch (error) {
    // A structure that leads nowhere leaves the measure out; a file that cannot be read at all is told apart.
    if (!(error instanceof RangeError || error instanceof TypeError)) {
      throw error;
    }
  }
  return facts;
}

/** The format of a file by its content, a key of `rules.formats`; "" when it is none of them. */
export async function sniff(file: Blob, rules: Rules): Promise<string> {
  if (file.size === 0) {
    return "empty";
  }
  const head = new Uint8Array((await bytesAt(file, 0, rules.head_bytes)).buffer);
  const found = Object.entries(rules.formats).find(([, format]) => matches(head, format));
  if (!found) {
    return sniffText(head);
  }
  const name = found[0];
  if (name === "zip") {
    const tail = await bytesAt(file, Math.max(0, file.size - TAIL_BYTES), TAIL_BYTES);
    const names = latin(head) + latin(new Uint8Array(tail.buffer));
    return OFFICE.find(([part]) => names.includes(part))?.[1] ?? name;
  }
  if (name === "mkv" && latin(head.subarray(0, 64)).includes("webm")) {
    return "webm";
  }
  if (name === "heic" && /^(mif1|msf1)/.test(latin(head.subarray(8, 12))) && latin(head.subarray(16, 64)).includes("avif")) {
    return "avif";
  }
  return name;
}

function matches(head: Uint8Array, format: RuleFormat): boolean {
  return format.magic.some((parts) =>
    parts.every(({ offset, hex }) => {
      for (let at = 0; at < hex.length / 2; at++) {
        if (head[offset + at] !== Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16)) {
          return false;
        }
      }
      return true;
    }),
  );
}

function latin(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** QuickTime of old cameras, or text, or neither: told as `materials/sniff.py` tells it. */
function sniffText(head: Uint8Array): string {
  if (head.length >= 16 && ["moov", "mdat", "wide", "pnot"].includes(latin(head.subarray(4, 8)))) {
    return "mov";
  }
  const isWide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (isWide) {
    return "txt";
  }
  const odd = head.filter((byte) => byte < 32 && ![9, 10, 12, 13, 27].includes(byte)).length;
  if (head.includes(0) || odd > Math.floor(head.length / 100)) {
    return "unknown";
  }
  // The head may end within a character: up to three bytes less are tried.
  for (let cut = 0; cut < 4 && cut < head.length; cut++) {
    const text = decodeText(head.subarray(0, head.length - cut));
    if (text !== null) {
      return /^(<!doctype html|<html)/.test(text.trimStart().slice(0, 15).toLowerCase()) ? "html" : "txt";
    }
  }
  return "unknown";
}

/** The format that a name claims by its ending, "" when it claims none. */
function claimedFormat(ending: string, rules: Rules): string {
  return Object.entries(rules.formats).find(([, format]) => format.extensions.includes(ending.toLowerCase()))?.[0] ?? "";
}

type Values = Record<string, number | string | boolean | undefined>;

/** The findings on measured facts, in the order to be shown. */
export function judge(name: string, facts: FileFacts, check: CheckName, rules: Rules): Finding[] {
  const { width, height } = facts;
  const hasSides = width !== undefined && height !== undefined;
  const values: Values = {
    ...facts,
    pixels: hasSides ? width * height : undefined,
    short_side: hasSides ? Math.min(width, height) : undefined,
    long_side: hasSides ? Math.max(width, height) : undefined,
  };
  const ending = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
  const checks = (rules.checks[check] ?? []).filter((one) => !one.measure.startsWith("caption"));
  return applyChecks(checks, values, name, ending, rules);
}

function applyChecks(checks: Check[], values: Values, name: string, ending: string, rules: Rules): Finding[] {
  const claimed = claimedFormat(ending, rules);
  const isRenamed = claimed !== "" && claimed !== values.format;
  const said = new Set<string>();
  const findings: Finding[] = [];
  for (const check of checks) {
    const value = values[check.measure];
    if (value === undefined || said.has(check.group) || (check.renamed !== undefined && check.renamed !== isRenamed)) {
      continue;
    }
    if (fails(check, value)) {
      said.add(check.group);
      findings.push(say(check, value, values, name, ending, rules));
      // An empty file has no format, size or length to speak of.
      if (check.code === "file.empty") {
        break;
      }
    }
  }
  return findings;
}

function fails(check: Check, value: number | string | boolean): boolean {
  switch (check.op) {
    case "min":
      return Number(value) < Number(check.limit);
    case "max":
      return Number(value) > Number(check.limit);
    case "above":
      return Number(value) <= Number(check.limit);
    case "in":
      return !(check.limit as string[]).includes(String(value));
    case "present":
      return String(value).trim() === "";
    case "true":
      return value === false;
  }
}

function say(check: Check, value: number | string | boolean, values: Values, name: string, ending: string, rules: Rules): Finding {
  const fill = (text: Bilingual, language: Language): string => {
    const params = Object.entries(check.params).map(([key, one]) => [key, typeof one === "object" ? one[language] : one]);
    const words: Record<string, unknown> = {
      subject: name,
      claimed: ending,
      width: values.width,
      height: values.height,
      limit: written(check, check.limit, language, rules),
      value: check.measure === "caption_meaning" ? String(values.caption).trim() : written(check, value, language, rules),
      ...Object.fromEntries(params),
    };
    return text[language].replace(/\{(\w+)\}/g, (whole, key: string) => (words[key] === undefined ? whole : String(words[key])));
  };
  return {
    code: check.code,
    severity: check.severity,
    subject: name,
    message: fill(check.message, "zh"),
    message_en: fill(check.message, "en"),
    todo: fill(check.todo, "zh"),
    todo_en: fill(check.todo, "en"),
  };
}

function written(check: Check, value: unknown, language: Language, rules: Rules): string {
  if (check.format === "size") {
    const hundredths = (Number(value) * 100) / (check.unit ?? 1_000_000);
    const whole = check.rounding === "down" ? Math.floor(hundredths) : Math.ceil(hundredths);
    return `${String(whole / 100)} MB`;
  }
  if (check.format === "format") {
    return rules.formats[String(value)]?.label[language] ?? String(value);
  }
  return String(value);
}

/** Whether a caption tells something beyond its file's name, a number or a date. */
function saysSomething(caption: string, rules: Rules): boolean {
  const { noise, cjk, latin: letters, letter_flags: flags, min_cjk, min_latin, empty_remainder } = rules.caption;
  const rest = noise.patterns.reduce((text, pattern) => text.replace(new RegExp(pattern, noise.flags), " "), caption.trim());
  const count = (pattern: string): number => Array.from(rest.matchAll(new RegExp(pattern, flags))).length;
  if (count(letters) >= min_latin) {
    return true;
  }
  return count(cjk) >= min_cjk && !new RegExp(empty_remainder, "u").test(rest);
}
