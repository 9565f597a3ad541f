/** Whole numbers in proportion: how many devices of each kind a fleet of some size has. */

/**
 * By Webster's method, which divides all shares by one number and rounds: each kind is as near to its share as any method can
 * bring it without favour to large or small ones, and a larger total never takes one from any kind. M. Balinski and H. Young,
 * "Fair Representation" (1982), appendix A.
 * @param total whole
 * @param shares not negative, at least one above 0
 * @returns numbers that add up to `total`, in the order of the shares
 */
export function apportion(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((before, share) => before + share, 0);
  // A divisor so large that rounding gives out too few, never too many: at most half of one for each share.
  const each = Math.max(0, total - shares.length / 2) / sum;
  const seats = shares.map((share) => Math.max(0, Math.ceil(share * each - 0.5)));
  for (let left = total - seats.reduce((before, count) => before + count, 0); left > 0; left--) {
    const next = indexOfMost(shares.map((share, index) => share / (2 * (seats[index] ?? 0) + 1)));
    seats[next] = (seats[next] ?? 0) + 1;
  }
  return seats;
}

function indexOfMost(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? 0) ? index : best), 0);
}
