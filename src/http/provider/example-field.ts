/** A value of one of the document's examples. */

export function exampleField(example: unknown, name: string | undefined): unknown {
  if (name === undefined || typeof example !== 'object' || example === null) return undefined;
  return new Map<string, unknown>(Object.entries(example)).get(name);
}
