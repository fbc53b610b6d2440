/** A chosen folder as one uncompressed zip, so that a whole package travels as one upload (C7). */
import { makeZip } from "client-zip";

/** What systems leave behind in folders; the same list as in `materials/package.py`. */
const LITTER = /^(?:__MACOSX|Thumbs\.db|ehthumbs\.db|desktop\.ini|~\$.*|~WRL.*|\..*|.*\.tmp)$/i;

/** Where the file stands, from the chosen folder on. Macs write accents apart from their letters; others do not find those. */
function pathOf(file: File): string {
  return (file.webkitRelativePath || file.name).normalize("NFC");
}

function isLitter(path: string): boolean {
  return path.split("/").some((part) => LITTER.test(part));
}

/**
 * Make a zip of what `<input webkitdirectory>` gave, named after the folder; the same folder gives the same bytes.
 *
 * The bytes stream from disk into a blob, which browsers keep on disk when it is large. Rejects when there is nothing to
 * send or a file cannot be read (moved away meanwhile).
 */
export async function zipFolder(files: File[]): Promise<File> {
  const chosen = files
    .map((file) => ({ path: pathOf(file), file }))
    .filter(({ path }) => !isLitter(path))
    .sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
  const first = chosen[0];
  if (!first) {
    throw new Error("empty folder");
  }
  const entries = chosen.map(({ path, file }) => ({ input: file, name: path, lastModified: file.lastModified, size: file.size }));
  const blob = await new Response(makeZip(entries)).blob();
  const folder = first.path.includes("/") ? first.path.split("/")[0] : first.path.replace(/\.[^.]*$/, "");
  const lastModified = Math.max(...chosen.map(({ file }) => file.lastModified));
  return new File([blob], `${folder || "package"}.zip`, { type: "application/zip", lastModified });
}
