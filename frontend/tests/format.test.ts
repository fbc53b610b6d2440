import assert from "node:assert/strict";
import { test } from "node:test";
import { countdownText } from "../src/lib/countdown";
import { clockTime, fileSize, spanInWords } from "../src/lib/format";

test("sizes read as phones show them", () => {
  assert.equal(fileSize(612), "612 B");
  assert.equal(fileSize(2 * 1024 * 1024), "2.0 MB");
  assert.equal(fileSize(3.5 * 1024 ** 3), "3.5 GB");
});

test("durations read as players show them", () => {
  assert.equal(clockTime(42), "0:42");
  assert.equal(clockTime(3723), "1:02:03");
});

test("spans keep their two largest units", () => {
  assert.equal(spanInWords(30_000, false), "不到 1 分钟");
  assert.equal(spanInWords((26 * 60 + 5) * 60_000, false), "1 天 2 小时");
  assert.equal(spanInWords(120 * 60_000, true), "2 h");
});

test("a deadline counts down and then up", () => {
  const noon = new Date("2023-05-15T04:00:00Z");
  assert.equal(countdownText(noon, new Date("2023-05-15T02:30:00Z"), false), "还剩 1 小时 30 分钟");
  assert.equal(countdownText(noon, new Date("2023-05-15T04:20:00Z"), false), "已过 20 分钟");
});
