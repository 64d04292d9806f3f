import {
  HubVerification,
  NotificationHub,
  SendOnlyPolicy,
  type HubVerificationLevel,
  type HubVerificationOptions,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { HUB_ID, hub, RULE_ID } from '../../support/samples';
import { errorOf, newStack, synth, verificationsOf } from '../../support/synth';

beforeAll(ensureAssets);

/** A verification of a hub that exists, so that the command can be read as it is. */
function verification(options: HubVerificationOptions = {}) {
  const stack = newStack();
  new HubVerification(stack, 'Verification', {
    hub: NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID),
    policy: SendOnlyPolicy.fromPolicyId(stack, 'Policy', RULE_ID),
    ...options,
  });
  return verificationsOf(synth(stack))[0]!;
}

describe('the verification of a hub that is not linked', () => {
  test('runs the packed command without anything of a link', () => {
    expect(verification().command).toMatch(
      new RegExp(
        `^node assets/\\w+/[0-9A-F]{32}/acs-push\\.cjs verify --hub "${HUB_ID}" --policy "${RULE_ID}" ` +
          '--level "settled" --timeout "15m" --wait$',
      ),
    );
  });

  test('runs again when the hub, a credential of it, or its rule changes', () => {
    const stack = newStack();
    const made = hub(stack);
    const policy = made.addSendOnlyPolicy('Relay', 'relay-send');
    new HubVerification(stack, 'Verification', { hub: made, policy });
    const [resource] = verificationsOf(synth(stack));
    expect(resource!.lifecycle).toEqual({
      replace_triggered_by: [
        expect.stringMatching(/^azapi_resource\.Hub_Relay_\w+$/),
        expect.stringMatching(/^azapi_resource\.Hub_\w+$/),
      ],
    });
    expect(resource!.triggers_replace).toEqual({
      level: 'settled',
      policy: expect.stringMatching(/^\$\{azapi_resource\.Hub_Relay_\w+\.id\}$/),
      platforms: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(resource!.command).toContain(' --apns "production" --bundle-id "com.example.app" ');
  });

  test('is not asked for a call', () => {
    expect(errorOf(() => verification({ level: 'live' as HubVerificationLevel }))).toBe(
      "level takes one of config, settled; got 'live'\n  at construct stack/Verification",
    );
  });
});
