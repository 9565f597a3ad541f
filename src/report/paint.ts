/** Colours for text on a terminal. With colours off every function returns its text unchanged. */

/** Wraps a text in a colour or a weight. */
export type Brush = (text: string) => string;

export interface Paint {
  readonly good: Brush;
  readonly bad: Brush;
  readonly warn: Brush;
  readonly dim: Brush;
  readonly bold: Brush;
}

/** SGR codes (ECMA-48, 8.3.117): what switches a property on, and what switches it off again. */
const codes = {
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
} as const;

export function createPaint(coloured: boolean): Paint {
  const brush =
    ([on, off]: readonly [number, number]): Brush =>
    (text) =>
      coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    good: brush(codes.good),
    bad: brush(codes.bad),
    warn: brush(codes.warn),
    dim: brush(codes.dim),
    bold: brush(codes.bold),
  };
}
