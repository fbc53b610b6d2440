import { isEnglish } from "./i18n";

/** Bytes as people say them: 612 KB, 3.4 MB (1024-based), the same as the server's `filesize` filter. */
export function fileSize(bytes: number): string {
  let value = bytes;
  for (const unit of ["B", "KB", "MB"]) {
    if (value < 1024) {
      return unit === "MB" ? `${value.toFixed(1)} MB` : `${value.toFixed(0)} ${unit}`;
    }
    value /= 1024;
  }
  return `${value.toFixed(1)} GB`;
}

/** Seconds as 0:42, 3:05 or 1:02:03. */
export function clockTime(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A span of milliseconds in words, in its two largest units: 1 天 3 小时, 2 小时 5 分钟, 12 分钟. */
export function spanInWords(milliseconds: number, english = isEnglish()): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60000));
  const parts: [number, string, string][] = [
    [Math.floor(minutes / 1440), "天", "d"],
    [Math.floor(minutes / 60) % 24, "小时", "h"],
    [minutes % 60, "分钟", "min"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) {
    return english ? "less than a minute" : "不到 1 分钟";
  }
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, zh, en]) => (english ? `${amount} ${en}` : `${amount} ${zh}`))
    .join(" ");
}
