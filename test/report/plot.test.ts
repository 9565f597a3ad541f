// Protects the charts: the same rows give the same drawing, nothing in it is fetched from anywhere, and fleets become bands.
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { createRowCollector } from '../../src/report/plot/collect-rows.js';
import { renderPlot } from '../../src/report/plot/render-plot.js';
import type { Band, FleetMoment, PlotData, PlotRow } from '../../src/report/plot/plot-data.js';

const text = { title: 'A day <& "more">', subtitle: 'made up · seed 1' };

/** A day of hours; the sun shines at noon, and the devices differ by their number. */
function rowsOf(devices: number, site: { loadKw: number; solarKw: number } = { loadKw: 0.5, solarKw: 4 }): PlotRow[] {
  return Array.from({ length: devices * 24 }, (_, index) => {
    const hour = Math.floor(index / devices);
    const device = index % devices;
    return {
      deviceId: `dev_${device}`,
      atMs: Date.UTC(2025, 5, 21, hour),
      utcOffsetMinutes: 120,
      socPercent: 20 + hour * 3 + device,
      targetSocPercent: 90,
      reservePercent: 20,
      powerKw: hour < 12 ? 3 : -2,
      loadKw: site.loadKw,
      solarKw: hour === 10 ? site.solarKw : 0,
      temperatureCelsius: 25,
      ambientCelsius: 25,
    };
  });
}

const devices = (rows: readonly PlotRow[]): PlotData => ({ kind: 'devices', rows });
const svgOf = async (rows: readonly PlotRow[]): Promise<string> => String(await renderPlot(devices(rows), text, 'svg'));

/** A day of hours over a fleet whose sun shines at noon, or never. */
function fleetOf(noonKw: number): PlotData {
  const bandOf = (p50: number): Band => ({ p5: 0.8 * p50, p25: 0.9 * p50, p50, p75: 1.1 * p50, p95: 1.2 * p50 });
  const moments = Array.from({ length: 24 }, (_, hour): FleetMoment => {
    const localMs = Date.UTC(2025, 5, 21, hour);
    const solarKw = bandOf(hour === 12 ? noonKw : 0);
    const shared = { localMs, socPercent: bandOf(20 + hour), powerKw: bandOf(hour - 12), loadKw: bandOf(0.4) };
    return {
      ...shared,
      solarKw,
      temperatureCelsius: noonKw > 0 ? bandOf(10 + hour) : { p5: 25, p25: 25, p50: 25, p75: 25, p95: 25 },
    };
  });
  return { kind: 'fleet', moments, utcOffsetMinutes: -210 };
}

describe('renderPlot', () => {
  it('names quantities, units, clock and series', async () => {
    const svg = await svgOf(rowsOf(1));
    for (const label of [
      'state of charge, %',
      'power, kW',
      'local time, UTC+02:00',
      'target',
      'backup reserve',
      'load',
      'solar',
    ]) {
      expect(svg).toContain(`>${label}<`);
    }
    expect(svg).toContain('A day &lt;&amp; "more"&gt;');
  });

  it('draws the same rows the same way every time', async () => {
    expect(await svgOf(rowsOf(2))).toBe(await svgOf(rowsOf(2)));
  });

  it('draws nothing that is not a number', async () => {
    expect(await svgOf(rowsOf(3))).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('shows the hours of the devices’ own clock', async () => {
    // The last row is at 23:00 UTC, which is 01:00 on the device; with a tick every three hours, midnight is the last one.
    const hours = [...(await svgOf(rowsOf(1))).matchAll(/>(\d\d:\d\d)</g)].map(([, hour]) => hour);
    expect(hours).toEqual(['03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00', '00:00']);
  });

  it('leaves out the load and the roof of a site that has none', async () => {
    const svg = await svgOf(rowsOf(1, { loadKw: 0, solarKw: 0 }));
    expect(svg).not.toContain('>solar<');
    expect(svg).not.toContain('>load<');
  });

  it('draws temperatures where they change', async () => {
    const rows = rowsOf(1).map((row, hour) => ({ ...row, ambientCelsius: 10 + hour }));
    const svg = await svgOf(rows);
    expect(svg).toContain('>temperature, °C<');
    expect(svg).toContain('>air<');
    expect(svg).not.toContain('>battery<');
    expect(await svgOf(rowsOf(1))).not.toContain('>temperature, °C<');
  });

  it('gives each of a few devices panels of its own', async () => {
    expect(await svgOf(rowsOf(3))).toContain('>dev_2<');
  });

  it('draws a fleet as bands of each quantity that it has, on its own clock', async () => {
    const sunny = String(await renderPlot(fleetOf(5), text, 'svg'));
    const dark = String(await renderPlot(fleetOf(0), text, 'svg'));
    for (const label of ['median', '5 to 95 % of the fleet', 'battery power, kW (+ charging)', 'load, kW']) {
      expect(dark).toContain(`>${label}<`);
    }
    expect(sunny).toContain('>solar, kW<');
    expect(sunny).toContain('>cells, °C<');
    expect(dark).not.toContain('>cells, °C<');
    expect(dark).not.toContain('>solar, kW<');
    expect(dark).toContain('>local time, UTC−03:30<');
    expect(sunny).not.toMatch(/NaN|undefined|Infinity/);
  });

  it.each([
    ['no row', []],
    ['one moment', rowsOf(1).slice(0, 1)],
  ])('refuses %s: there is nothing to draw', async (_, rows) => {
    await expect(svgOf(rows)).rejects.toThrow(UserError);
  });

  it('writes a PNG of twice the size, for dense screens', async () => {
    const png = Buffer.from(await renderPlot(devices(rowsOf(1)), text, 'png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    // Width and height stand at 16 and 20 of a PNG (RFC 2083, 4.1.1).
    expect(png.readUInt32BE(16)).toBeGreaterThan(1600);
    expect(png.readUInt32BE(20)).toBeGreaterThan(1000);
  });

  describe('as a page', () => {
    it('fetches nothing', async () => {
      const page = String(await renderPlot(devices(rowsOf(1)), text, 'html'));
      expect(page).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)=/);
      expect(page).not.toMatch(/@import|url\(\s*['"]?https?:/);
      expect(page.match(/<\/script>/g)).toHaveLength(2);
      expect(page).toContain('<title>A day &lt;&amp; &quot;more&quot;&gt;</title>');
    });

    it('carries a chart that the runtime draws, with the values under the pointer', async () => {
      const page = String(await renderPlot(devices(rowsOf(1)), text, 'html'));
      const [runtime = '', chart = ''] = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script);
      const spec = /vega\.parse\((\{.*\})\), \{ renderer/.exec(chart)?.[1] ?? '';
      const browser = createContext({ setTimeout, structuredClone });
      runInContext(runtime, browser);
      const svg: unknown = runInContext(`new vega.View(vega.parse(${spec}), { renderer: 'none' }).toSVG()`, browser);
      expect(String(await svg)).toContain('>state of charge<');
      expect(spec).not.toContain('<');
      expect(spec).toContain('hover_soc_0');
    });
  });
});

describe('the rows of a run', () => {
  const run = { startMs: Date.UTC(2025, 5, 21), durationS: 86_400, reportS: 3600 };

  it('are kept as they are while they are few, in order of time for each device', () => {
    const collector = createRowCollector(run);
    const rows = rowsOf(2);
    for (const row of rows.toReversed()) collector.add(row);
    const byDevice = [1, 0].flatMap((device) => rows.filter(({ deviceId }) => deviceId === `dev_${device}`));
    expect(collector.rows()).toEqual(byDevice);
  });

  it('are put together when they are many: powers by their mean, charge by its last value', () => {
    const collector = createRowCollector({ ...run, durationS: 7200 * 3600, reportS: 3600 });
    const [row] = rowsOf(1);
    if (!row) throw new Error('there is a row');
    for (let hour = 1; hour <= 7200; hour++) {
      const atMs = run.startMs + hour * 3_600_000;
      collector.add({ ...row, atMs, powerKw: hour % 4, socPercent: (hour % 4) * 10 });
    }
    const rows = collector.rows();
    expect(rows).toHaveLength(1800);
    expect(rows[0]).toMatchObject({ powerKw: 1.5, socPercent: 0, atMs: run.startMs + 4 * 3_600_000 });
  });
});
