import type { HubExpectation } from './expectation';
import type { PushPlatform } from './hub-client';
import { PLATFORMS } from './metrics';
import type { Observation } from './observation';

/** The platforms that the hub has credentials for, as far as is known, else those that it should have. */
export function expectedPlatforms(
  { credentials }: Pick<Observation, 'credentials'>,
  expectation: HubExpectation,
): PushPlatform[] {
  const facts = credentials.answer?.value;
  if (facts) return PLATFORMS.filter((platform) => facts[platform] !== undefined);
  const expected = PLATFORMS.filter((platform) => expectation[platform] !== undefined);
  return expected.length > 0 ? expected : [...PLATFORMS];
}

/** Whether the hub's APNs topic takes VoIP pushes. */
export function isVoip(
  { credentials }: Pick<Observation, 'credentials'>,
  expectation: HubExpectation,
): boolean {
  const topic = credentials.answer?.value?.apns?.topic ?? expectation.apns?.bundleId ?? '';
  return topic.endsWith('.voip');
}
