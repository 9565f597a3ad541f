/** The batteries that voltpact knows by name. */
import { evProducts } from './ev-products.js';
import { homeProducts } from './home-products.js';
import type { BatteryProduct } from './product.js';

export const batteryProducts: readonly BatteryProduct[] = [...homeProducts, ...evProducts];

/** @param id as in the catalogue, exact */
export function findBatteryProduct(id: string): BatteryProduct | undefined {
  return batteryProducts.find((product) => product.id === id);
}
