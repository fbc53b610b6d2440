/** The reader's language, as the page was written in. */
export function isEnglish(): boolean {
  return typeof document !== "undefined" && document.documentElement.lang.startsWith("en");
}

/** One sentence in the reader's language: `t("已保存", "Saved")`. */
export function t(chinese: string, english: string): string {
  return isEnglish() ? english : chinese;
}
