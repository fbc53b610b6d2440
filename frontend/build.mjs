/**
 * Builds what the browser loads into the package's static files: one ES module per file in src/entries, one style
 * sheet, and the sprite of the icons in use. Needs only node (20 or newer) and what `npm ci` installed.
 *
 *   node build.mjs          once, minified
 *   node build.mjs --watch  again on every change, not minified
 *
 * No source maps: the manifest storage refuses files that point to a map it cannot find.
 */
import { watch } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, "node_modules");
const target = path.join(here, "../src/skillweek/core/static/skillweek/dist");
/** Fonts that the server draws pictures and sets documents with; never sent to browsers. */
const fonts = path.join(here, "../src/skillweek/core/fonts");
const FONTS = [
  "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
  "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
  "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
];
const watching = process.argv.includes("--watch");

const written = new Set();

async function put(name, content) {
  written.add(name);
  await writeFile(path.join(target, name), content);
  const kilobytes = (gzipSync(content).length / 1024).toFixed(1);
  console.log(`${name.padEnd(24)} ${kilobytes} KB gz`);
}

async function scripts() {
  const folder = path.join(here, "src/entries");
  const entries = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
  const result = await esbuild.build({
    entryPoints: entries.map((name) => path.join(folder, name)),
    outdir: target,
    bundle: true,
    format: "esm",
    target: "es2020",
    minify: !watching,
    sourcemap: false,
    legalComments: "none",
    // A script that imports a library's style sheet gets one beside it, with its small pictures inside.
    loader: { ".png": "dataurl" },
    write: false,
    logLevel: "warning",
  });
  for (const file of result.outputFiles) {
    await put(path.basename(file.path), withoutMapLink(file.text));
  }
}

async function styles() {
  const result = await sass.compileAsync(path.join(here, "styles/app.scss"), {
    style: watching ? "expanded" : "compressed",
    loadPaths: [modules],
    quietDeps: true,
    // Bootstrap 5 is written with @import; its successor will not be.
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  await put("app.css", withoutMapLink(result.css));
}

/** The sprite holds every icon whose name stands in quotes in a template, a Python file or a script. */
async function icons() {
  const folder = path.join(modules, "bootstrap-icons/icons");
  const known = new Set((await readdir(folder)).map((name) => name.replace(/\.svg$/, "")));
  const used = new Set();
  for (const source of [path.join(here, "src"), path.join(here, "../src/skillweek")]) {
    for (const name of await readdir(source, { recursive: true })) {
      if (!/\.(html|py|ts)$/.test(name)) {
        continue;
      }
      const text = await readFile(path.join(source, name), "utf8");
      for (const [, word] of text.matchAll(/["']([a-z0-9]+(?:-[a-z0-9]+)*)["']/g)) {
        if (known.has(word)) {
          used.add(word);
        }
      }
    }
  }
  const symbols = [];
  for (const name of [...used].sort()) {
    const svg = await readFile(path.join(folder, `${name}.svg`), "utf8");
    const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
    symbols.push(`<symbol id="${name}" viewBox="0 0 16 16">${inner}</symbol>`);
  }
  await put("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

/** Copied once: ten megabytes that do not change. */
async function serverFonts() {
  await mkdir(fonts, { recursive: true });
  for (const name of FONTS) {
    const to = path.join(fonts, path.basename(name));
    const from = path.join(modules, name);
    const [there, here] = await Promise.all([stat(to).catch(() => null), stat(from)]);
    if (there?.size !== here.size) {
      await copyFile(from, to);
    }
  }
}

function withoutMapLink(text) {
  return text.replace(/\n?\/[/*]# sourceMappingURL=[^\n]*/g, "");
}

async function build() {
  await mkdir(target, { recursive: true });
  await Promise.all([scripts(), styles(), icons(), serverFonts()]);
}

/** What an earlier build left and this one did not write again. Pages of a running site keep their files meanwhile. */
async function sweep() {
  for (const name of await readdir(target)) {
    if (!written.has(name) && name !== ".stamp") {
      await rm(path.join(target, name), { recursive: true, force: true });
    }
  }
}

if (!watching) {
  await build();
  await sweep();
} else {
  await build();
  let timer;
  for (const folder of ["src", "styles"]) {
    watch(path.join(here, folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => build().catch((error) => console.error(String(error))), 150);
    });
  }
  console.log("watching src and styles");
}
