import type { Rules } from "../lib/uploader-types";

let known: RegExp | null = null;

/** 字数 as Word counts it and as the judge counts it: the pattern comes from the rules. */
export function countWords(text: string, rules: Rules): number {
  known ??= new RegExp(rules.words.pattern, rules.words.flags);
  known.lastIndex = 0;
  return text.match(known)?.length ?? 0;
}
