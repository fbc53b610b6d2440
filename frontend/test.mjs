/** Bundles tests/*.test.ts for node and runs them with its own test runner: `npm test`. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.join(here, "tests");
const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith(".test.ts")) : [];
if (names.length === 0) {
  console.log("no tests");
  process.exit(0);
}
const out = await mkdtemp(path.join(os.tmpdir(), "skillweek-frontend-"));
try {
  await esbuild.build({
    entryPoints: names.map((name) => path.join(folder, name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
  const files = names.map((name) => path.join(out, name.replace(/\.ts$/, ".mjs")));
  process.exitCode = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
  await rm(out, { recursive: true, force: true });
}
