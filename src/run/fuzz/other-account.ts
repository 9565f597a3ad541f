/** What the single-fault cases need of another account. */
import type { NegativeOptions } from '../../contract/negative.js';
import { UserError } from '../../errors.js';
import type { Site } from './site.js';

/** @throws UserError where the other account's login is refused */
export async function negativeOptions({ other }: Site): Promise<NegativeOptions> {
  if (other === undefined) return {};
  const outcome = await other.sender.token();
  if ('token' in outcome) return { otherAccount: { deviceId: other.device.deviceId, token: outcome.token } };
  throw new UserError('the other account’s login was refused', {
    hint: 'Check the credentials of the other account, or leave it out.',
  });
}
