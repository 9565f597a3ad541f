/** From the mix of a scenario file to groups of devices that are alike: one for each product of each kind. */
import type { DeviceSpec } from '../../device/device-spec.js';
import { apportion } from '../apportion.js';
import { type DeviceContext, deviceSpec } from './device-spec.js';
import type { Complain } from './problem.js';
import type { DeviceFile, FleetFile } from './schema.js';

type KindFile = FleetFile['mix'][number];

/** A kind with one of its products. */
interface Variant {
  readonly name: string;
  readonly file: DeviceFile;
  readonly share: number;
  readonly complain: Complain;
}

/** @param context `complain` speaks of paths below the fleet */
export function fleetSpecs(fleet: FleetFile, context: Omit<DeviceContext, 'name'>): DeviceSpec[] {
  const variants = fleet.mix.flatMap((kind, index) => variantsOf(kind, { index, complain: context.complain }));
  const shares = variants.map(({ share }) => share);
  const all = shares.reduce((sum, share) => sum + share, 0);
  const counts = apportion(fleet.count, shares);
  return variants.flatMap(({ name, file, share, complain }, index) => {
    const spec = deviceSpec(file, { ...context, name, complain });
    return spec ? { ...spec, count: counts[index] ?? 0, share: (fleet.count * share) / all } : [];
  });
}

function variantsOf(kind: KindFile, { index, complain }: { index: number; complain: Complain }): Variant[] {
  const { share, battery, name = `kind-${index + 1}`, ...rest } = kind;
  const below: Complain = (path, ...text) => complain(['mix', index, ...path], ...text);
  if (!Array.isArray(battery)) return [{ name, file: { ...rest, battery, count: 1 }, share, complain: below }];
  const all = battery.reduce((sum, product) => sum + product.share, 0);
  return battery.map(({ id, share: part }, place) => ({
    name: `${name}-${place + 1}`,
    file: { ...rest, battery: id, count: 1 },
    share: (share * part) / all,
    complain: ([first, ...path], ...text) =>
      first === 'battery' ? below(['battery', place, 'id', ...path], ...text) : below([first ?? '', ...path], ...text),
  }));
}
