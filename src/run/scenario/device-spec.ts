/** From a device of a scenario file to what the fleet is made of, and what no schema can see in it. */
import { batteryProducts, findBatteryProduct } from '../../battery/catalogue.js';
import type { BatteryProduct } from '../../battery/product.js';
import { wordHint } from '../../contract/nearest.js';
import type { ControllerSpec, Presence } from '../../device/controller.js';
import type { Drawn } from '../../device/drawn.js';
import type { DeviceSpec } from '../../device/device-spec.js';
import type { ShownQuanta } from '../../device/meter.js';
import type { SolarSite } from '../../device/site.js';
import type { Weather } from '../../device/weather.js';
import { clockTimeS, clockWindow, durationS } from './clock-text.js';
import { ownProduct } from './own-battery.js';
import type { Complain, Path } from './problem.js';
import { reporterSpec, socMeterSpec } from './reporter-spec.js';
import type { ClockWindowFile, ControllerFile, DeviceFile } from './schema.js';

const ENERGY_QUANTUM_KWH = 0.1;

/** What a device gets from the scenario around it. */
export interface DeviceContext {
  readonly name: string;
  readonly utcOffsetMinutes: number;
  /** Of the scenario. */
  readonly stepS: number;
  readonly complain: Complain;
}

/** @returns undefined where there is no such battery; whatever is wrong has been said */
export function deviceSpec(file: DeviceFile, context: DeviceContext): DeviceSpec | undefined {
  const product = findProduct(file, context);
  checkNumbers(file, context.complain);
  checkTimes(file.controller, context.complain);
  if (!product) return undefined;
  checkFit(file, product, context.complain);
  const socMeter = file.meter && socMeterSpec(file.meter);
  const reporter =
    file.reporter &&
    reporterSpec(file.reporter, context.stepS, (path, ...text) => context.complain(['reporter', ...path], ...text));
  const solar = file.solar && solarSpec(file.solar, context.utcOffsetMinutes);
  return {
    name: context.name,
    count: file.count,
    product,
    port: file.plug,
    socPercent: file.soc,
    targetPercent: file.target,
    reservePercent: file.reserve,
    controller: controllerSpec(file.controller),
    quanta: shownQuanta(file, product),
    ...(file.load ? { annualLoadKwh: file.load.annualKwh } : {}),
    ...(solar ? { solar } : {}),
    ...(file.weather ? { weather: weather(file.weather, context.utcOffsetMinutes) } : {}),
    ...(socMeter ? { socMeter } : {}),
    ...(reporter ? { reporter } : {}),
    ...(file.deviceId === undefined ? {} : { deviceId: file.deviceId }),
    ...(file.locationId === undefined ? {} : { locationId: file.locationId }),
  };
}

function findProduct({ battery }: DeviceFile, { name, complain }: DeviceContext): BatteryProduct | undefined {
  if (typeof battery !== 'string') return ownProduct(battery, `${name}-battery`);
  const product = findBatteryProduct(battery);
  if (!product) {
    const ids = batteryProducts.map(({ id }) => id);
    complain(['battery'], `there is no battery ${JSON.stringify(battery)} in the catalogue`, wordHint(battery, ids));
  }
  return product;
}

function checkNumbers(file: DeviceFile, complain: Complain): void {
  checkRange(file.soc, ['soc'], complain);
  checkRange(file.load?.annualKwh, ['load', 'annualKwh'], complain);
  for (const key of ['kWp', 'latitude', 'longitude', 'tilt', 'azimuth', 'clouds'] as const) {
    checkRange(file.solar?.[key], ['solar', key], complain);
  }
  checkRange(file.meter?.drift, ['meter', 'drift'], complain);
  checkRange(file.reporter?.clock?.offsetS, ['reporter', 'clock', 'offsetS'], complain);
  checkRange(file.reporter?.clock?.driftSPerDay, ['reporter', 'clock', 'driftSPerDay'], complain);
  if (file.reserve > file.target) {
    complain(
      ['reserve'],
      `a reserve of ${file.reserve} % is above the target of ${file.target} %`,
      'Raise the target or lower the reserve.',
    );
  }
  const { controller } = file;
  if (controller.kind === 'v2g' && controller.floor > file.target) {
    complain(
      ['controller', 'floor'],
      `a floor of ${controller.floor} % is above the target of ${file.target} %`,
      'Raise the target or lower the floor.',
    );
  }
  if (file.deviceId !== undefined && file.count > 1) {
    complain(
      ['deviceId'],
      `${file.count} devices can't share one device id`,
      'Leave it out, or list the devices one by one.',
    );
  }
}

function checkTimes(controller: ControllerFile, complain: Complain): void {
  const path = ['controller'];
  if (controller.kind === 'ev' || controller.kind === 'v2g') {
    checkRange(controller.tripKwh, [...path, 'tripKwh'], complain);
    checkRange(controller.tripKm, [...path, 'tripKm'], complain);
    if (controller.tripKwh !== undefined && controller.tripKm !== undefined) {
      complain([...path, 'tripKm'], 'the trips have both an energy and a distance', 'Leave out `tripKwh` or `tripKm`.');
    }
    if (controller.arrives === controller.departs) {
      complain(
        [...path, 'departs'],
        `the vehicle arrives and departs at ${controller.arrives}`,
        'Give two different times.',
      );
    }
  }
  if ('chargeIn' in controller) checkWindows(controller.chargeIn, [...path, 'chargeIn'], complain);
  if ('dischargeIn' in controller) checkWindows(controller.dischargeIn, [...path, 'dischargeIn'], complain);
}

function checkWindows(windows: readonly ClockWindowFile[] | undefined, path: Path, complain: Complain): void {
  for (const [index, { from, to }] of (windows ?? []).entries()) {
    if (from === to)
      complain(
        [...path, index, 'to'],
        `the window is empty: it opens and closes at ${from}`,
        'For all day write 00:00 to 24:00.',
      );
  }
}

function checkRange(value: Drawn | undefined, path: Path, complain: Complain): void {
  if (value === undefined || typeof value === 'number' || value.from <= value.to) return;
  complain(
    [...path, 'to'],
    `a range from ${value.from} to ${value.to} is upside down`,
    'Put the smaller value into `from`.',
  );
}

/** Whether battery, plug, site and controller go together. */
function checkFit(file: DeviceFile, product: BatteryProduct, complain: Complain): void {
  const { kind } = file.controller;
  const isVehicle = kind === 'ev' || kind === 'v2g';
  if (isVehicle && product.kind !== 'ev') {
    complain(
      ['controller', 'kind'],
      `${kind} is for vehicles, but ${product.name} stays at home`,
      'Choose a vehicle, or self-consumption or time-of-use.',
    );
  }
  if (file.plug === 'dc' && product.maxDcChargeKw <= 0) {
    complain(['plug'], `${product.name} has no DC plug`, 'Leave `plug` out.');
  }
  const dischargeKw = file.plug === 'ac' ? product.maxDischargeKw : product.maxDcDischargeKw;
  if (kind === 'v2g' && dischargeKw <= 0) {
    const able = batteryProducts.filter((other) => other.kind === 'ev' && other.maxDischargeKw > 0).map(({ id }) => id);
    complain(
      ['battery'],
      `${product.name} gives no power back at its ${file.plug} plug`,
      `These do at ac: ${able.join(', ')}.`,
    );
  }
  if ((kind === 'self-consumption' || kind === 'time-of-use') && !file.solar && !file.load) {
    complain(['controller'], `${kind} needs a house or a roof to act on`, 'Give the device `load`, `solar` or both.');
  }
}

function controllerSpec(file: ControllerFile): ControllerSpec {
  if (file.kind === 'self-consumption' || file.kind === 'hold') return { kind: file.kind };
  if (file.kind === 'time-of-use') {
    return { kind: file.kind, chargeIn: file.chargeIn.map(clockWindow), ...chargeKw(file) };
  }
  if (file.kind === 'ev') return { kind: file.kind, ...presence(file) };
  return {
    kind: file.kind,
    ...presence(file),
    dischargeIn: file.dischargeIn.map(clockWindow),
    floorPercent: file.floor,
    ...(file.dischargeKw === undefined ? {} : { dischargeKw: file.dischargeKw }),
  };
}

function presence(file: Extract<ControllerFile, { kind: 'ev' | 'v2g' }>): Presence {
  return {
    arrivesS: clockTimeS(file.arrives),
    departsS: clockTimeS(file.departs),
    ...(file.arrivesSpread === undefined ? {} : { arrivesSpreadS: durationS(file.arrivesSpread) }),
    ...(file.departsSpread === undefined ? {} : { departsSpreadS: durationS(file.departsSpread) }),
    ...(file.tripKwh === undefined ? {} : { tripKwh: file.tripKwh }),
    ...(file.tripKm === undefined ? {} : { tripKm: file.tripKm }),
    drive: file.drive,
    ...(file.chargeIn ? { chargeIn: file.chargeIn.map(clockWindow) } : {}),
    ...chargeKw(file),
  };
}

function chargeKw(file: { chargeKw?: number | undefined }): { chargeKw?: number } {
  return file.chargeKw === undefined ? {} : { chargeKw: file.chargeKw };
}

function solarSpec(file: NonNullable<DeviceFile['solar']>, utcOffsetMinutes: number): SolarSite {
  return {
    peakKw: file.kWp,
    latitudeDegrees: file.latitude,
    longitudeDegrees: file.longitude ?? middleOfZone(utcOffsetMinutes),
    tiltDegrees: file.tilt,
    azimuthDegrees: file.azimuth,
    cloudFraction: file.clouds,
  };
}

function weather(file: NonNullable<DeviceFile['weather']>, utcOffsetMinutes: number): Weather {
  return {
    latitudeDegrees: file.latitude,
    longitudeDegrees: file.longitude ?? middleOfZone(utcOffsetMinutes),
    annualMeanCelsius: file.annualMean,
    annualSwingKelvin: file.annualSwing,
    dailySwingKelvin: file.dailySwing,
  };
}

/** Degrees of longitude: 15 are an hour. */
function middleOfZone(utcOffsetMinutes: number): number {
  return utcOffsetMinutes / 4;
}

function shownQuanta({ meter }: DeviceFile, product: BatteryProduct): ShownQuanta {
  return {
    socPercent: meter?.soc ?? product.meter.socQuantumPercent,
    powerKw: meter?.power ?? product.meter.powerQuantumKw,
    energyKwh: meter?.energy ?? ENERGY_QUANTUM_KWH,
  };
}
