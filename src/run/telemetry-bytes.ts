/**
 * Text of records as bytes, written straight into a buffer: through strings a fleet's telemetry would take four times as long.
 * Four bytes are stored at once, and up to three too many, which the next piece covers.
 */

/** Bytes 0 up to `at` are written. */
export interface ByteCursor {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  at: number;
}

/** A text that is written many times: its bytes as little-endian words, and how many of the bytes count. */
export interface ByteText {
  readonly words: Uint32Array;
  readonly length: number;
}

const MINUS = 45;
/** What a piece may write beyond its end. */
const SLACK = 4;
const encoder = new TextEncoder();

export function createCursor(capacity: number): ByteCursor {
  return cursorOf(new ArrayBuffer(capacity));
}

/** Writes to a buffer from its start, and to a larger one once it is full. */
export function cursorOf(buffer: ArrayBuffer): ByteCursor {
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer), at: 0 };
}

/** Makes room for `count` more bytes. */
export function reserveBytes(cursor: ByteCursor, count: number): void {
  if (cursor.at + count + SLACK <= cursor.bytes.length) return;
  const { bytes, view } = createCursor(2 * cursor.bytes.length + count + SLACK);
  bytes.set(cursor.bytes.subarray(0, cursor.at));
  cursor.bytes = bytes;
  cursor.view = view;
}

/** In UTF-8. */
export function byteText(text: string): ByteText {
  const bytes = encoder.encode(text);
  const words = new Uint32Array(Math.ceil(bytes.length / 4));
  for (const [at, byte] of bytes.entries()) words[at >> 2] = (words[at >> 2] ?? 0) | (byte << (8 * (at & 3)));
  return { words, length: bytes.length };
}

export function writeText(cursor: ByteCursor, { words, length }: ByteText): void {
  const { view } = cursor;
  let at = cursor.at;
  for (let word = 0; word < words.length; word++, at += 4) view.setUint32(at, words[word] ?? 0, true);
  cursor.at += length;
}

/** The digits of each 16 bits. */
const HEX_DIGITS = Uint32Array.from({ length: 0x10000 }, (_, bits) => {
  const digits = bits.toString(16).padStart(4, '0');
  return byteText(digits).words[0] ?? 0;
});

/** Eight lower-case hexadecimal digits for each word. */
export function writeHexWords(cursor: ByteCursor, words: Uint32Array, range: { from: number; to: number }): void {
  const { view } = cursor;
  let at = cursor.at;
  for (let from = range.from; from < range.to; from++, at += 8) {
    const word = words[from] ?? 0;
    view.setUint32(at, HEX_DIGITS[word >>> 16] ?? 0, true);
    view.setUint32(at + 4, HEX_DIGITS[word & 0xffff] ?? 0, true);
  }
  cursor.at = at;
}

/** A whole number from 0 to 2^31, with zeros in front up to six digits. */
export function writeSixDigits(cursor: ByteCursor, integer: number): void {
  if (integer >= 1_000_000) {
    writeText(cursor, byteText(String(integer)));
    return;
  }
  const { view } = cursor;
  const thousands = (integer / 1000) | 0;
  // The last three digits of 1000 to 1999.
  view.setUint32(cursor.at, (WHOLE.words[1000 + thousands] ?? 0) >>> 8, true);
  view.setUint32(cursor.at + 3, (WHOLE.words[1000 + integer - 1000 * thousands] ?? 0) >>> 8, true);
  cursor.at += 6;
}

/** Texts of up to four bytes, by number. */
interface ShortTexts {
  readonly words: Uint32Array;
  readonly lengths: Uint8Array;
}

function shortTexts(count: number, render: (number: number) => string): ShortTexts {
  const texts = Array.from({ length: count }, (_, number) => byteText(render(number)));
  return {
    words: Uint32Array.from(texts, ({ words }) => words[0] ?? 0),
    lengths: Uint8Array.from(texts, ({ length }) => length),
  };
}

function writeShort(cursor: ByteCursor, { words, lengths }: ShortTexts, number: number): void {
  cursor.view.setUint32(cursor.at, words[number] ?? 0, true);
  cursor.at += lengths[number] ?? 0;
}

const WHOLE = shortTexts(10_000, String);

/** Writes whole numbers of steps as the decimal that they are. */
export interface DecimalWriter {
  /** How many steps one is. */
  readonly scale: number;
  /** What stands behind the whole part, with the point and without zeros at the end. */
  readonly fractions: ShortTexts;
}

/** @param scale 1, 10, 100 or 1000 */
export function decimalWriter(scale: number): DecimalWriter {
  return { scale, fractions: shortTexts(scale, (steps) => String(steps / scale).slice(1)) };
}

/**
 * `steps / scale` as JavaScript writes the number: without zeros at the end, without a sign for zero. The shortest text of the
 * double nearest to a decimal of up to 15 digits is that decimal.
 * @param steps whole
 */
export function writeDecimal(cursor: ByteCursor, steps: number, { scale, fractions }: DecimalWriter): void {
  const size = Math.abs(steps);
  const whole = Math.floor(size / scale);
  if (whole >= WHOLE.words.length) {
    writeText(cursor, byteText(String(steps / scale)));
    return;
  }
  if (steps < 0) cursor.bytes[cursor.at++] = MINUS;
  writeShort(cursor, WHOLE, whole);
  writeShort(cursor, fractions, size - whole * scale);
}
