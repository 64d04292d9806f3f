import type { RelayEvent } from '../../envelope';
import type { Decision, DecisionPorts } from '../decision';
import { rememberStarter } from './starter';

/** `CallStarted`: tells nobody; says who will be told of the call's recording. */
export async function callStarted(event: RelayEvent, ports: DecisionPorts): Promise<Decision> {
  await rememberStarter(event, ports);
  return { notifications: [], because: 'no-push-for-type' };
}
