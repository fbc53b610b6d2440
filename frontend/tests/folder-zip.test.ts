import assert from "node:assert/strict";
import { test } from "node:test";
import { zipFolder } from "../src/lib/folder-zip";

function chosen(path: string, content: string): File {
  const file = new File([content], path.split("/").pop()!, { lastModified: Date.UTC(2023, 4, 14, 8) });
  Object.defineProperty(file, "webkitRelativePath", { value: path });
  return file;
}

async function namesIn(zip: File): Promise<string[]> {
  const bytes = Buffer.from(await zip.arrayBuffer());
  const names: string[] = [];
  for (let at = bytes.indexOf("PK\x01\x02", 0, "latin1"); at >= 0; at = bytes.indexOf("PK\x01\x02", at + 4, "latin1")) {
    names.push(bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28)).toString("utf8"));
  }
  return names;
}

const FOLDER = [
  chosen("某校/照片/茶艺.jpg", "jpeg"),
  chosen("某校/文字稿件/概况.txt", "文字"),
  chosen("某校/照片/Thumbs.db", "x"),
  chosen("某校/.DS_Store", "x"),
  chosen("__MACOSX/某校/._茶艺.jpg", "x"),
  chosen("某校/~$概况.docx", "x"),
];

test("a folder becomes one zip of its name, without what systems leave behind", async () => {
  const zip = await zipFolder(FOLDER);
  assert.equal(zip.name, "某校.zip");
  assert.equal(zip.type, "application/zip");
  assert.deepEqual(await namesIn(zip), ["某校/文字稿件/概况.txt", "某校/照片/茶艺.jpg"]);
});

test("the same folder gives the same bytes in whatever order it is listed", async () => {
  const [one, other] = await Promise.all([zipFolder(FOLDER), zipFolder([...FOLDER].reverse())]);
  assert.deepEqual(Buffer.from(await one.arrayBuffer()), Buffer.from(await other.arrayBuffer()));
});

test("names are written as everybody writes them", async () => {
  const zip = await zipFolder([chosen("a/cafe\u0301.txt", "x")]);
  assert.deepEqual(await namesIn(zip), ["a/caf\u00e9.txt"]);
});

test("a folder with nothing to send is refused", async () => {
  await assert.rejects(zipFolder([chosen("某校/.DS_Store", "x")]));
});
