/** Records on their way in the order in which they arrive: a binary heap, first in first out among equal times. */
import type { Delivery } from './delivery.js';

interface Entry {
  readonly delivery: Delivery;
  readonly turn: number;
}

export class DeliveryQueue {
  readonly #heap: Entry[] = [];
  #turn = 0;

  get size(): number {
    return this.#heap.length;
  }

  push(delivery: Delivery): void {
    const heap = this.#heap;
    const entry = { delivery, turn: this.#turn++ };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!above || !isBefore(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  /** The next record that arrives by then, if any does. @param untilMs ms since 1970 */
  pop(untilMs: number): Delivery | undefined {
    const [first] = this.#heap;
    if (!first || first.delivery.deliveredAtMs > untilMs) return undefined;
    const last = this.#heap.pop();
    if (last && this.#heap.length > 0) this.#sink(last);
    return first.delivery;
  }

  /** Puts an entry in the place of the first. */
  #sink(entry: Entry): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const isRight = left && right && isBefore(right, left);
      const next = isRight ? right : left;
      if (!next || !isBefore(next, entry)) break;
      heap[at] = next;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = entry;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  const { deliveredAtMs: first } = a.delivery;
  const { deliveredAtMs: second } = b.delivery;
  return first < second || (first === second && a.turn < b.turn);
}
