/** How large a picture or a film is, from its structure alone: nothing is decoded, only a few kilobytes are read. */

export interface Measured {
  width?: number;
  height?: number;
  duration?: number;
}

const MAX_SEGMENTS = 2000;
const MAX_BOXES = 10_000;
const MAX_MOOV = 48 * 1024 * 1024;

/** Up to `length` bytes of a file from `offset`. */
export async function bytesAt(file: Blob, offset: number, length: number): Promise<DataView> {
  return new DataView(await file.slice(offset, offset + length).arrayBuffer());
}

function ascii(view: DataView, offset: number, length: number): string {
  let text = "";
  for (let at = offset; at < offset + length && at < view.byteLength; at++) {
    text += String.fromCharCode(view.getUint8(at));
  }
  return text;
}

/** A picture as displayed: quarter turns of EXIF orientation exchange the sides. */
function turned(width: number, height: number, orientation: number): Measured {
  if (!width || !height) {
    return {};
  }
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** EXIF orientation (1 to 8) of a TIFF block; 1 when it says none. */
export function orientationOf(tiff: DataView): number {
  const order = ascii(tiff, 0, 2);
  if ((order !== "II" && order !== "MM") || tiff.byteLength < 8) {
    return 1;
  }
  const little = order === "II";
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) {
    return 1;
  }
  const count = tiff.getUint16(directory, little);
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + 12 * index;
    if (entry + 12 > tiff.byteLength) {
      break;
    }
    if (tiff.getUint16(entry, little) === 0x0112) {
      const value = tiff.getUint16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  }
  return 1;
}

/** Width and height of a JPEG by its markers. */
export async function measureJpeg(file: Blob): Promise<Measured> {
  let orientation = 0;
  let offset = 2;
  for (let count = 0; count < MAX_SEGMENTS; count++) {
    const head = await bytesAt(file, offset, 10);
    if (head.byteLength < 4 || head.getUint8(0) !== 0xff) {
      return {};
    }
    const marker = head.getUint8(1);
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      offset += 2;
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) {
      return {};
    }
    const length = head.getUint16(2);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame && head.byteLength >= 9) {
      return turned(head.getUint16(7), head.getUint16(5), orientation || 1);
    }
    if (marker === 0xe1 && !orientation && ascii(head, 4, 5) === "Exif\0") {
      orientation = orientationOf(await bytesAt(file, offset + 10, Math.max(0, length - 8)));
    }
    if (length < 2) {
      return {};
    }
    offset += 2 + length;
  }
  return {};
}

/** Width and height of a PNG by its header, turned as an `eXIf` chunk before the picture says. */
export async function measurePng(file: Blob): Promise<Measured> {
  const head = await bytesAt(file, 0, 26);
  if (head.byteLength < 26 || ascii(head, 12, 4) !== "IHDR") {
    return {};
  }
  let orientation = 1;
  let offset = 8;
  for (let count = 0; count < MAX_SEGMENTS; count++) {
    const chunk = await bytesAt(file, offset, 8);
    const kind = ascii(chunk, 4, 4);
    if (chunk.byteLength < 8 || kind === "IDAT" || kind === "IEND") {
      break;
    }
    const length = chunk.getUint32(0);
    if (kind === "eXIf") {
      orientation = orientationOf(await bytesAt(file, offset + 8, Math.min(length, 65536)));
    }
    offset += 12 + length;
  }
  return turned(head.getUint32(16), head.getUint32(20), orientation);
}

interface Box {
  kind: string;
  /** Offsets within the view it was found in. */
  content: number;
  end: number;
}

/** The boxes between two offsets of a view, cut at the end where they claim more. */
function boxesIn(view: DataView, start: number, end: number): Box[] {
  const boxes: Box[] = [];
  let offset = start;
  while (offset + 8 <= end && boxes.length < MAX_BOXES) {
    let size = view.getUint32(offset);
    let header = 8;
    if (size === 1) {
      if (offset + 16 > end) {
        break;
      }
      size = Number(view.getBigUint64(offset + 8));
      header = 16;
    } else if (size === 0) {
      size = end - offset;
    }
    if (size < header) {
      break;
    }
    boxes.push({ kind: ascii(view, offset + 4, 4), content: offset + header, end: Math.min(offset + size, end) });
    offset += size;
  }
  return boxes;
}

function child(view: DataView, parent: Box | undefined, kind: string): Box | undefined {
  return parent && boxesIn(view, parent.content, parent.end).find((box) => box.kind === kind);
}

/** The `moov` box of a film, wherever it stands; other boxes are jumped over. */
async function findMoov(file: Blob): Promise<DataView | null> {
  let offset = 0;
  for (let count = 0; count < MAX_BOXES && offset + 8 <= file.size; count++) {
    const head = await bytesAt(file, offset, 16);
    let size = head.getUint32(0);
    let header = 8;
    if (size === 1 && head.byteLength >= 16) {
      size = Number(head.getBigUint64(8));
      header = 16;
    } else if (size === 0) {
      size = file.size - offset;
    }
    if (size < header) {
      return null;
    }
    if (ascii(head, 4, 4) === "moov") {
      return size <= MAX_MOOV ? bytesAt(file, offset + header, size - header) : null;
    }
    offset += size;
  }
  return null;
}

/** Seconds from an `mvhd` or `mdhd` box; 0 when it says none. */
function secondsOf(view: DataView, box: Box | undefined): number {
  if (!box || box.content + 20 > box.end) {
    return 0;
  }
  if (view.getUint8(box.content) === 1) {
    if (box.content + 32 > box.end) {
      return 0;
    }
    const ticks = view.getBigUint64(box.content + 24);
    const scale = view.getUint32(box.content + 20);
    return scale && ticks !== 0xffff_ffff_ffff_ffffn ? Number(ticks) / scale : 0;
  }
  const scale = view.getUint32(box.content + 12);
  const ticks = view.getUint32(box.content + 16);
  return scale && ticks !== 0xffff_ffff ? ticks / scale : 0;
}

/** Width and height of a video track as displayed, after the rotation in its matrix. */
function sidesOf(view: DataView, header: Box | undefined): Measured {
  if (!header || header.content >= header.end) {
    return {};
  }
  const shift = view.getUint8(header.content) === 1 ? 12 : 0;
  if (header.content + 84 + shift > header.end) {
    return {};
  }
  const at = header.content + shift;
  const width = view.getUint32(at + 76) >>> 16;
  const height = view.getUint32(at + 80) >>> 16;
  const isQuarterTurn = Math.abs(view.getInt32(at + 44)) > Math.abs(view.getInt32(at + 40));
  return turned(width, height, isQuarterTurn ? 6 : 1);
}

/** Size and length of an mp4 or mov. A length that only fragments tell is left out. */
export async function measureMovie(file: Blob): Promise<Measured> {
  const moov = await findMoov(file);
  if (!moov) {
    return {};
  }
  const top = boxesIn(moov, 0, moov.byteLength);
  const tracks = top.filter((box) => box.kind === "trak");
  const header = top.find((box) => box.kind === "mvhd");
  let longest = 0;
  const measured: Measured = {};
  for (const track of tracks) {
    const media = child(moov, track, "mdia");
    const handler = child(moov, media, "hdlr");
    longest = Math.max(longest, secondsOf(moov, child(moov, media, "mdhd")));
    if (!measured.width && handler && ascii(moov, handler.content + 8, 4) === "vide") {
      Object.assign(measured, sidesOf(moov, child(moov, track, "tkhd")));
    }
  }
  const duration = secondsOf(moov, header) || longest;
  const isFragmented = top.some((box) => box.kind === "mvex");
  if (duration > 0 || !isFragmented) {
    measured.duration = duration;
  }
  return measured;
}
