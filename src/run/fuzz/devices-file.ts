/** Devices from a CSV file with the columns `device_id` and `location_id` among others. */
import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.js';
import type { DeviceSetup } from '../../http/provider/accounts.js';

/** @throws UserError where it cannot be read, a column is missing or a row is incomplete, with its line */
export async function readDevices(file: string): Promise<DeviceSetup[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError(`${file} cannot be read`, { place: { file }, cause, hint: 'Check the path of the file.' });
  }
  return parseDevices(text, file);
}

/** @throws UserError as `readDevices` does */
export function parseDevices(text: string, file: string): DeviceSetup[] {
  const [head = '', ...rows] = text.replace(/^\u{FEFF}/u, '').split(/\r?\n/);
  const columns = cellsOf(head);
  const [device, location] = [columns.indexOf('device_id'), columns.indexOf('location_id')];
  if (device < 0 || location < 0) {
    throw new UserError('the first line must name the columns device_id and location_id', {
      place: { file, line: 1 },
      hint: 'For instance: device_id,location_id,battery',
    });
  }
  const devices = rows.flatMap((row, index): DeviceSetup[] => {
    if (row.trim() === '') return [];
    const { [device]: deviceId = '', [location]: locationId = '' } = cellsOf(row);
    if (deviceId !== '' && locationId !== '') return [{ deviceId, locationId }];
    throw new UserError('a device needs an id and a location', { place: { file, line: index + 2 } });
  });
  if (devices.length > 0) return devices;
  throw new UserError('there is no device in the file', { place: { file }, hint: 'Add a line for each device.' });
}

/** Ids hold neither commas nor quotes, so quotes around a cell are all that has to be taken off. */
function cellsOf(row: string): string[] {
  return row.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}
