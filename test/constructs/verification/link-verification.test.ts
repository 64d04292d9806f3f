import {
  CommunicationService,
  FcmV1Credential,
  LinkVerification,
  NotificationHub,
  SecretValue,
  SendOnlyPolicy,
  type LinkVerificationOptions,
  type NotificationHubProps,
  type VerificationLevel,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import {
  ACS_ID,
  apnsCredential,
  fcmCredential,
  GROUP,
  HUB_ID,
  RULE_ID,
  voipCredential,
} from '../../support/samples';
import { errorOf, newStack, synth, verificationsOf } from '../../support/synth';

beforeAll(ensureAssets);

/** A verification of parts that exist, so that the command can be read as it is. */
function verification(options: LinkVerificationOptions = {}, key?: 'secondary') {
  const stack = newStack();
  const link = CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID).linkNotificationHub(
    NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID),
    { policy: SendOnlyPolicy.fromPolicyId(stack, 'Policy', RULE_ID), key },
  );
  new LinkVerification(stack, 'Verification', { link, ...options });
  return verificationsOf(synth(stack))[0]!;
}

type Credentials = (stack: ReturnType<typeof newStack>) => Partial<NotificationHubProps>;

/** The verification of a link to a hub that is made with these credentials. */
function linkOfNewHub(credentials: Credentials = (stack) => ({ apns: apnsCredential(stack) })) {
  const stack = newStack();
  const hub = new NotificationHub(stack, 'Hub', {
    resourceGroup: GROUP,
    name: 'ntf-app',
    namespaceName: 'ntfns-app',
    ...credentials(stack),
  });
  const acs = CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID);
  new LinkVerification(stack, 'Verification', { link: acs.linkNotificationHub(hub) });
  return { stack, hub };
}

const commandFor = (credentials: Credentials) =>
  verificationsOf(synth(linkOfNewHub(credentials).stack))[0]!.command;

describe('the verification of a link', () => {
  test('runs the packed command with all that it needs to know', () => {
    expect(verification().command).toMatch(
      new RegExp(
        `^node assets/\\w+/[0-9A-F]{32}/acs-push\\.cjs verify --communication-service "${ACS_ID}" --hub "${HUB_ID}" ` +
          `--policy "${RULE_ID}" --key "primary" --level "settled" --timeout "15m" --linked-at "now" ` +
          '--linked-since "\\$\\{terraform_data\\.Verification_Linking_\\w+\\.output\\["plannedAt"\\]\\}" --wait$',
      ),
    );
  });

  test('asks for the level and the time that it is told', () => {
    expect(verification({ level: 'live', timeout: '1h' }).command).toContain(
      ' --level "live" --timeout "1h" ',
    );
  });

  test('tries the key that the link uses', () => {
    expect(verification({}, 'secondary').command).toContain(' --key "secondary" ');
  });

  test('runs after the link was read back, and again when the link is made anew or asked more of', () => {
    const resource = verification();
    const link = expect.stringMatching(/^azapi_resource_action\.Acs_Link_\w+$/);
    expect(resource.lifecycle).toEqual({ replace_triggered_by: [link] });
    expect(resource.depends_on).toEqual([
      link,
      expect.stringMatching(/^data\.azapi_resource\.Acs_Link_ReadBack_\w+$/),
      expect.stringMatching(/^terraform_data\.SignIn_\w+$/),
    ]);
    expect(resource.triggers_replace).toEqual({
      level: 'settled',
      key: 'primary',
      policy: RULE_ID,
      platforms: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('takes the link for as old as the deploy that made it', () => {
    const { stack } = linkOfNewHub();
    const json = synth(stack);
    const linking = json.resources('terraform_data').find(({ input }) => input !== undefined)!;
    expect(linking).toEqual({
      depends_on: [expect.stringMatching(/^terraform_data\.SignIn_/)],
      input: { plannedAt: '${plantimestamp()}' },
      lifecycle: {
        ignore_changes: ['input'],
        replace_triggered_by: [expect.stringMatching(/^azapi_resource_action\.Acs_Link_\w+$/)],
      },
    });
  });

  test('runs again when a credential of the hub changes, which updates the hub', () => {
    const [resource] = verificationsOf(synth(linkOfNewHub().stack));
    expect(resource!.lifecycle).toEqual({
      replace_triggered_by: [
        expect.stringMatching(/^azapi_resource_action\.Acs_Link_\w+$/),
        expect.stringMatching(/^azapi_resource\.Hub_\w+$/),
      ],
    });
  });

  test('is not run again for another time limit, nor for another build of the command', () => {
    expect(verification({ timeout: '1h' }).triggers_replace).toEqual(verification().triggers_replace);
  });

  test('proves what the hub has credentials for', () => {
    expect(commandFor((stack) => ({ apns: apnsCredential(stack) }))).toContain(
      ' --apns "production" --bundle-id "com.example.app" --level',
    );
    expect(commandFor((stack) => ({ apns: voipCredential(stack) }))).toContain(
      ' --apns "production" --bundle-id "com.example.app.voip" --level',
    );
    expect(commandFor((stack) => ({ fcm: fcmCredential(stack) }))).toContain(' --fcm-v1 --level');
    expect(
      commandFor((stack) => ({
        fcm: FcmV1Credential.fromServiceAccount({
          projectId: 'my-app-1234',
          clientEmail: 'push@my-app-1234.iam.gserviceaccount.com',
          privateKey: SecretValue.fromVariable(stack, 'fcm_private_key'),
        }),
      })),
    ).toContain(' --fcm-project "my-app-1234" --level');
  });

  test('is given no secret', () => {
    const command = commandFor((stack) => ({ apns: apnsCredential(stack), fcm: fcmCredential(stack) }));
    expect(command).not.toMatch(/var\.|ephemeral\.|sensitive/);
  });

  test('refuses an unknown level', () => {
    expect(errorOf(() => verification({ level: 'high' as VerificationLevel }))).toBe(
      "level takes one of config, settled, live; got 'high'\n  at construct stack/Verification",
    );
  });

  test.each(['15', 'm', '0m', '15 m', '15m; rm'])('refuses to wait for %p', (timeout) => {
    expect(errorOf(() => verification({ timeout }))).toBe(
      `timeout takes a number with s, m or h, for example '15m', got '${timeout}'\n  at construct stack/Verification`,
    );
  });
});
