// Protects the charts: the same rows give the same drawing, nothing in it is fetched from anywhere, and fleets become bands.
import { fc, test as property } from '@fast-check/vitest';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { bandsOf, quantile } from '../../src/report/plot/bands.js';
import { renderPlot } from '../../src/report/plot/render-plot.js';
import type { PlotRow } from '../../src/report/plot/row.js';

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
    };
  });
}

const svgOf = async (rows: readonly PlotRow[]): Promise<string> => String(await renderPlot(rows, text, 'svg'));

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

  it('gives each of a few devices panels of its own, and draws a fleet as bands', async () => {
    expect(await svgOf(rowsOf(3))).toContain('>dev_2<');
    const fleet = await svgOf(rowsOf(7));
    expect(fleet).toContain('>median<');
    expect(fleet).not.toContain('>dev_2<');
  });

  it.each([
    ['no row', []],
    ['one moment', rowsOf(1).slice(0, 1)],
  ])('refuses %s: there is nothing to draw', async (_, rows) => {
    await expect(svgOf(rows)).rejects.toThrow(UserError);
  });

  it('writes a PNG of twice the size, for dense screens', async () => {
    const png = Buffer.from(await renderPlot(rowsOf(1), text, 'png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    // Width and height stand at 16 and 20 of a PNG (RFC 2083, 4.1.1).
    expect(png.readUInt32BE(16)).toBeGreaterThan(1600);
    expect(png.readUInt32BE(20)).toBeGreaterThan(1000);
  });

  describe('as a page', () => {
    it('fetches nothing', async () => {
      const page = String(await renderPlot(rowsOf(1), text, 'html'));
      expect(page).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)=/);
      expect(page).not.toMatch(/@import|url\(\s*['"]?https?:/);
      expect(page.match(/<\/script>/g)).toHaveLength(2);
      expect(page).toContain('<title>A day &lt;&amp; &quot;more&quot;&gt;</title>');
    });

    it('carries a chart that the runtime draws, with the values under the pointer', async () => {
      const page = String(await renderPlot(rowsOf(1), text, 'html'));
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

describe('bands', () => {
  const number = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 10);

  property.prop([fc.array(number, { minLength: 1, maxLength: 50 })])(
    'lie in order between least and greatest',
    (values) => {
      const [band, ...others] = bandsOf(values.map((value) => ({ localMs: 0, value })));
      expect(others).toEqual([]);
      if (band === undefined) throw new Error('no band');
      const inOrder = [Math.min(...values), band.p10, band.p25, band.p50, band.p75, band.p90, Math.max(...values)];
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    },
  );

  it.each([
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4], 0, 1],
    [[1, 2, 3, 4], 1, 4],
    [[7], 0.25, 7],
    [[0, 10], 0.1, 1],
  ])('the quantile of %j at %d is %d', (sorted, share, expected) => {
    expect(quantile(sorted, share)).toBeCloseTo(expected, 12);
  });

  it('come in order of time, one for each moment', () => {
    const values = [2, 1, 2, 1].map((localMs, index) => ({ localMs, value: index }));
    expect(bandsOf(values).map(({ localMs, p50 }) => [localMs, p50])).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });
});
