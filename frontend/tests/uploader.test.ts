import assert from "node:assert/strict";
import { test } from "node:test";
import { SendError, troubleOf } from "../src/lib/upload-transfer";
import { fingerprintOf } from "../src/lib/upload-store";

const said = (code: string, message = "原因"): string => JSON.stringify({ ok: false, code, message });

test("a refusal in words ends the upload with these words", () => {
  for (const [status, code] of [[400, "invalid"], [403, "not_allowed"], [409, "locked"], [413, "too_big"], [429, "quota"], [507, "disk_full"]] as const) {
    const error = troubleOf(status, said(code), false);
    assert.deepEqual([error.trouble, error.message], ["refused", "原因"]);
  }
});

test("what passes is tried again", () => {
  for (const status of [0, 408, 409, 460, 500, 502, 503, 504]) {
    assert.equal(troubleOf(status, "<html>", true).trouble, "network");
  }
  assert.equal(troubleOf(429, "<html>", false, "7").wait, 7);
  assert.equal(troubleOf(429, "<html>", false, "99999").wait, 120);
});

test("an upload that the server does not know begins again, a school that it does not know does not", () => {
  assert.equal(troubleOf(404, said("not_found"), true).trouble, "gone");
  assert.equal(troubleOf(410, "", true).trouble, "gone");
  assert.equal(troubleOf(409, said("upload_over"), true).trouble, "gone");
  assert.equal(troubleOf(404, said("not_found"), false).trouble, "refused");
});

test("somebody who writes at this moment is waited for", () => {
  assert.deepEqual([troubleOf(423, "", true).trouble, troubleOf(423, "", true).wait], ["busy", 2]);
  assert.equal(troubleOf(409, said("incomplete"), true).trouble, "busy");
});

test("an ended sign-in and an old token wait for the next sign-in", () => {
  assert.equal(troubleOf(401, said("signed_out"), true).trouble, "signed-out");
  assert.equal(troubleOf(403, "<html>", true).trouble, "signed-out");
});

test("an answer that nobody foresaw is still a sentence", () => {
  const error = troubleOf(418, "null", false);
  assert.ok(error instanceof SendError);
  assert.equal(error.trouble, "refused");
  assert.match(error.message, /418/);
});

test("a file is known again by its size and its ends", async () => {
  const bytes = new Uint8Array(300_000).fill(7);
  const first = await fingerprintOf(new Blob([bytes]));
  assert.equal(await fingerprintOf(new Blob([bytes])), first);
  bytes[299_999] = 8;
  assert.notEqual(await fingerprintOf(new Blob([bytes])), first);
  bytes[299_999] = 7;
  bytes[0] = 8;
  assert.notEqual(await fingerprintOf(new Blob([bytes])), first);
});
