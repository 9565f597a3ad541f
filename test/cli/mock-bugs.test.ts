// Protects the seeded defects on the command line: listed, switched on by name, and refused by a name that is none.
import { describe, expect, it } from 'vitest';
import { bugCatalogue } from '../../src/http/provider/bugs/catalogue.js';
import { runCli, startCli } from './run-cli.js';

describe('mock', () => {
  it('lists every defect with what is wrong and how it shows, and serves nothing', async () => {
    const { code, stdout, stderr } = await runCli(['mock', '--list-bugs']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n').map((line) => line.trim());
    for (const { name, description, symptom } of bugCatalogue) {
      const place = lines.indexOf(name);
      expect(lines.slice(place, place + 3)).toEqual([name, description, symptom]);
    }
  });

  it('serves with the defects that are named, and with no other', async () => {
    const mock = startCli(['mock', '--bug', 'unauthorized-empty', '--bug', 'soc-rounded']);
    let shown = '';
    mock.child.stdout?.on('data', (text: string) => (shown += text));
    try {
      await mock.shows('Ctrl-C ends it.');
      const [, url = '', deviceId = ''] = /VOLTPACT_URL=(\S+)[^]*VOLTPACT_DEVICE_ID=(\S+)/.exec(shown) ?? [];
      const refused = await fetch(`${url}/devices/${deviceId}/state`);
      expect([refused.status, await refused.text()]).toEqual([401, '']);
      const lost = await fetch(`${url}/nothing`);
      expect([lost.status, lost.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
    } finally {
      mock.child.kill('SIGINT');
    }
    expect(await mock.result).toMatchObject({ code: 0 });
  });

  it('refuses a name that is no defect and says which was meant', async () => {
    const { code, stdout, stderr } = await runCli(['mock', '--bug', 'power-sign-lots']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--bug: "power-sign-lots" is not a seeded defect.');
    expect(stderr).toContain('Did you mean power-sign-lost?');
  });
});
