// Puts questions (JSON lines) to the phone's own pre-check: node phone.mjs rules.json precheck.mjs
import { File } from "node:buffer";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const rules = JSON.parse(readFileSync(process.argv[2], "utf8"));
const phone = await import(pathToFileURL(process.argv[3]).href);

const answers = {
  words: ({ text }) => phone.countWords(text, rules),
  caption: ({ text, name }) => phone.captionFindings(text, name, rules),
  judge: ({ name, facts, kind }) => phone.judge(name, facts, kind, rules),
  format: ({ hex }) => phone.sniff(new File([Buffer.from(hex, "hex")], "a"), rules),
  file: ({ path, name, kind }) => phone.precheck(new File([readFileSync(path)], name), kind, rules),
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  process.stdout.write(JSON.stringify(await answers[question.do](question)) + "\n");
}
