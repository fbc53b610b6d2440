import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { type EditorData, Model, type Scene } from "../src/online/editor-model";

type Sent = { revision: number; scenes: Scene[] };
let sent: Sent[] = [];
let answer: () => Promise<{ ok: boolean; status: number; json: () => Promise<unknown> }>;
let said: string[] = [];
let draws = 0;

Object.assign(globalThis, {
  window: { addEventListener: () => undefined, clearTimeout: () => undefined, setTimeout: () => 0 },
  document: { querySelector: () => null, cookie: "csrftoken=x", documentElement: { lang: "zh-Hans" } },
  fetch: (_url: string, options: { body: string }) => {
    sent.push(JSON.parse(options.body) as Sent);
    return answer();
  },
});

function reply(status: number, body: unknown) {
  return () => Promise.resolve({ ok: status < 300, status, json: () => Promise.resolve(body) });
}

function scene(key: string): Scene {
  return { key, panorama: "p", name: key, text: "", pitch: 0, yaw: 0, hfov: 100, hotspots: [] };
}

function model(): Model {
  const data = { save: "/save/", revision: 3, scenes: [scene("a")], panoramas: [] } as unknown as EditorData;
  return new Model(data, () => (draws += 1), (text) => said.push(text), () => undefined);
}

const names = (made: Model): string => made.scenes.map((each) => each.name).join(",");

beforeEach(() => {
  sent = [];
  said = [];
  draws = 0;
  answer = reply(200, { revision: 4 });
});

test("changes go back one by one, and forward again", () => {
  const made = model();
  made.change((scenes) => scenes.push(scene("b")));
  made.change((scenes) => scenes.push(scene("c")));
  made.undo();
  assert.equal(names(made), "a,b");
  made.undo();
  assert.equal(names(made), "a");
  assert.equal(made.canUndo, false);
  made.redo();
  made.redo();
  assert.equal(names(made), "a,b,c");
  made.undo();
  made.change((scenes) => scenes.push(scene("d")));
  assert.equal(made.canRedo, false);
  assert.equal(names(made), "a,b,d");
});

test("letters typed into one field are one step back", () => {
  const made = model();
  for (const text of ["大", "大门", "大门口"]) {
    made.change((scenes) => (scenes[0]!.name = text), { merge: "scene:a:name", quietly: true });
  }
  assert.equal(draws, 0);
  made.undo();
  assert.equal(names(made), "a");
  assert.equal(draws, 1);
});

test("what changes nothing is no step", () => {
  const made = model();
  made.change(() => undefined);
  assert.equal(made.canUndo, false);
  assert.equal(made.isDirty, false);
});

test("each saving names the revision that the last one made", async () => {
  const made = model();
  made.change((scenes) => scenes.push(scene("b")));
  await made.save();
  assert.equal(made.isDirty, false);
  answer = reply(200, { revision: 5 });
  made.change((scenes) => scenes.push(scene("c")));
  await made.save();
  assert.deepEqual(sent.map((each) => each.revision), [3, 4]);
  await made.save(); // nothing new
  assert.equal(sent.length, 2);
});

test("after a conflict nothing more is sent", async () => {
  const made = model();
  answer = reply(409, { message: "刚刚被同事改过" });
  made.change((scenes) => scenes.push(scene("b")));
  await made.save();
  assert.equal(said.at(-1), "刚刚被同事改过");
  made.change((scenes) => scenes.push(scene("c")));
  await made.save();
  assert.equal(sent.length, 1);
  assert.equal(made.isDirty, true);
});

test("without a network it stays unsaved and is tried again", async () => {
  const made = model();
  answer = () => Promise.reject(new Error("offline"));
  made.change((scenes) => scenes.push(scene("b")));
  await made.save();
  assert.equal(made.isDirty, true);
  answer = reply(200, { revision: 4 });
  await made.save();
  assert.equal(made.isDirty, false);
});
