import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Drafts } from "../src/report/drafts";
import type { Change, ReportState } from "../src/report/types";

const stored = new Map<string, string>();
Object.assign(globalThis, {
  localStorage: {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  },
});

beforeEach(() => stored.clear());

function reading(note: string): ReportState {
  return { values: { note }, items: [] } as unknown as ReportState;
}

function only(changes: Change[]): Change {
  assert.equal(changes.length, 1);
  return changes[0]!;
}

test("what was typed while the answer was on its way starts from what was sent", () => {
  const drafts = new Drafts("place");
  drafts.type(null, "note", "甲", "");
  const sent = drafts.changes();
  drafts.sending(sent);
  drafts.type(null, "note", "甲乙", "");
  drafts.taken(sent, reading("甲"));
  drafts.answered(sent);
  assert.deepEqual(only(drafts.changes()), { op: "set", item: null, field: "note", base: "甲", value: "甲乙" });
});

test("a conflict keeps what was typed while it was on its way", () => {
  const drafts = new Drafts("place");
  drafts.type(null, "note", "甲", "");
  const sent = drafts.changes();
  drafts.sending(sent);
  drafts.type(null, "note", "甲甲", "");
  drafts.taken(sent, reading("乙"));
  drafts.conflict(null, "note", "甲", "乙");
  drafts.answered(sent);
  assert.deepEqual(drafts.changes(), []);
  assert.equal(drafts.find(null, "note")?.value, "甲甲");
  assert.equal(drafts.find(null, "note")?.theirs, "乙");
});

test("one's own text, whose answer got lost, is no conflict, also after a reload", () => {
  const first = new Drafts("place");
  first.type(null, "note", "甲", "");
  first.sending(first.changes());
  first.type(null, "note", "甲乙", "");

  const drafts = new Drafts("place");
  const sent = drafts.changes();
  assert.equal(only(sent).op, "set");
  drafts.sending(sent);
  drafts.taken(sent, reading("甲"));
  drafts.conflict(null, "note", "甲乙", "甲");
  drafts.answered(sent);
  assert.deepEqual(only(drafts.changes()), { op: "set", item: null, field: "note", base: "甲", value: "甲乙" });
});

test("a text that was sent without an answer can be taken back", () => {
  const drafts = new Drafts("place");
  drafts.type(null, "note", "甲", "");
  drafts.sending(drafts.changes());
  drafts.type(null, "note", "", "");
  assert.deepEqual(only(drafts.changes()), { op: "set", item: null, field: "note", base: "", value: "" });
});

test("nothing is kept once everything is answered", () => {
  const drafts = new Drafts("place");
  drafts.type(null, "note", "甲", "");
  const sent = drafts.changes();
  drafts.sending(sent);
  drafts.taken(sent, reading("甲"));
  drafts.answered(sent);
  assert.ok(drafts.isEmpty);
  assert.equal(stored.size, 0);
});
