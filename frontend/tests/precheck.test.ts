import assert from "node:assert/strict";
import { test } from "node:test";
import { measureJpeg, measureMovie, measurePng, orientationOf } from "../src/lib/precheck-media";
import { decodeText } from "../src/lib/precheck-text";

function joined(...parts: (number[] | Uint8Array)[]): Blob {
  return new Blob(parts.map((part) => new Uint8Array(part)));
}

function box(kind: string, ...content: number[][]): number[] {
  const body = content.flat();
  return [...word(8 + body.length), ...Array.from(kind, (sign) => sign.charCodeAt(0)), ...body];
}

function word(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

/** A film's `moov` whose track is turned by `matrix` (a, b, c, d of the rotation in 16.16). */
function moov(width: number, height: number, matrix: number[], ticks = 90_000): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = matrix;
  const places = [...word(a), ...word(b), ...word(0), ...word(c), ...word(d), ...zeros(16)];
  const tkhd = box("tkhd", zeros(40), places, word(width * 65536), word(height * 65536));
  const hdlr = box("hdlr", zeros(8), [118, 105, 100, 101], zeros(12));
  const mvhd = box("mvhd", zeros(12), word(1000), word(ticks), zeros(80));
  return box("moov", mvhd, box("trak", tkhd, box("mdia", hdlr)));
}

/** An EXIF block in little or big endian that says an orientation. */
function exif(orientation: number, little: boolean): number[] {
  const two = (value: number): number[] => (little ? [value & 255, value >> 8] : [value >> 8, value & 255]);
  const four = (value: number): number[] => (little ? [...two(value), 0, 0] : [0, 0, ...two(value)]);
  const order = little ? [0x49, 0x49] : [0x4d, 0x4d];
  return [...order, ...two(42), ...four(8), ...two(1), ...two(0x0112), ...two(3), ...four(1), ...two(orientation), 0, 0];
}

function jpeg(width: number, height: number, orientation: number, little = true): Blob {
  const block = [0x45, 0x78, 0x69, 0x66, 0, 0, ...exif(orientation, little)];
  const length = block.length + 2;
  const frame = [0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0];
  return joined([0xff, 0xd8, 0xff, 0xe1, length >> 8, length & 255, ...block, 0xff, 0xff, ...frame.slice(1)]);
}

test("a photo is as wide as it is shown", async () => {
  assert.deepEqual(await measureJpeg(jpeg(4000, 3000, 1)), { width: 4000, height: 3000 });
  assert.deepEqual(await measureJpeg(jpeg(4000, 3000, 3)), { width: 4000, height: 3000 });
  assert.deepEqual(await measureJpeg(jpeg(4000, 3000, 6)), { width: 3000, height: 4000 });
  assert.deepEqual(await measureJpeg(jpeg(4000, 3000, 8, false)), { width: 3000, height: 4000 });
});

test("a JPEG that leads nowhere has no measures", async () => {
  for (const bytes of [[], [0xff, 0xd8], [0xff, 0xd8, 0xff, 0xe1, 0, 0], [0xff, 0xd8, 0xff, 0xda, 0, 8], [0xff, 0xd8, 1, 2, 3, 4]]) {
    assert.deepEqual(await measureJpeg(joined(bytes)), {});
  }
  assert.deepEqual(await measureJpeg(joined([0xff, 0xd8], new Uint8Array(5000).fill(0xff))), {});
});

test("a PNG tells its size in its header", async () => {
  const header = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...word(13), 0x49, 0x48, 0x44, 0x52, ...word(2400), ...word(1600)];
  assert.deepEqual(await measurePng(joined(header, zeros(9))), { width: 2400, height: 1600 });
  assert.deepEqual(await measurePng(joined(zeros(60))), {});
});

test("orientation is read within the block only", () => {
  assert.equal(orientationOf(new DataView(new Uint8Array(exif(6, true)).buffer)), 6);
  assert.equal(orientationOf(new DataView(new Uint8Array(exif(9, true)).buffer)), 1);
  assert.equal(orientationOf(new DataView(new Uint8Array([0x49, 0x49, 42, 0, 255, 255, 255, 255]).buffer)), 1);
});

test("a film is measured as it is shown, wherever its moov stands", async () => {
  const one = 65536;
  const level = moov(1280, 720, [one, 0, 0, one]);
  const turned = moov(1280, 720, [0, one, -one, 0]);
  const data = box("mdat", zeros(1000));
  assert.deepEqual(await measureMovie(joined(box("ftyp", zeros(8)), level, data)), { width: 1280, height: 720, duration: 90 });
  assert.deepEqual(await measureMovie(joined(box("ftyp", zeros(8)), data, turned)), { width: 720, height: 1280, duration: 90 });
});

test("a film that leads nowhere has no measures", async () => {
  assert.deepEqual(await measureMovie(joined(box("ftyp", zeros(8)), box("mdat", zeros(20)))), {});
  assert.deepEqual(await measureMovie(joined([0, 0, 0, 4, 1, 2, 3, 4, ...zeros(20)])), {});
  assert.deepEqual(await measureMovie(joined([255, 255, 255, 255, ...box("moov").slice(4)])), {});
});

test("text is read by mark, as UTF-8, or as GB18030", () => {
  assert.equal(decodeText(new Uint8Array([0xd6, 0xb0, 0xbd, 0xcc])), "职教");
  assert.equal(decodeText(new Uint8Array([0xff, 0xfe, 0x4c, 0x80])), "职");
  assert.equal(decodeText(new TextEncoder().encode("职教")), "职教");
  assert.equal(decodeText(new Uint8Array([0xff, 0xff, 0xff])), null);
});
