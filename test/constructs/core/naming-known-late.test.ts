import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { TerraformVariable, type TerraformStack } from 'cdktf';
import {
  CommunicationService,
  DevicesApiApp,
  LinkHealthAlert,
  MonitoringActionGroup,
  MonitoringDiagnostics,
  MonitoringWorkbook,
  Naming,
  PushMonitoring,
  PushRelay,
  ScmPublisher,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import {
  ACS_ID,
  communicationService,
  FUNCTION_APP_ID,
  GROUP,
  hub,
  RULE_ID,
  storageAccount,
} from '../../support/samples';
import { errorOf, synthWith } from '../../support/synth';

beforeAll(ensureAssets);

const common = { resourceGroup: GROUP, location: 'westeurope' };

/** Whatever takes a naming. */
const MAKERS: Record<string, (stack: TerraformStack, naming: Naming) => void> = {
  PushRelay: (stack, naming) =>
    new PushRelay(stack, 'It', {
      ...common,
      naming,
      communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
      hub: hub(stack),
    }),
  DevicesApiApp: (stack, naming) =>
    new DevicesApiApp(stack, 'It', {
      ...common,
      naming,
      api: { tenantId: '00000000-0000-0000-0000-000000000003', audience: 'api://devices' },
      policies: [],
      keyRoleDefinitionId: RULE_ID,
      tables: storageAccount(stack),
      applicationInsights: new ApplicationInsights(stack, 'Insights', {
        name: 'appi-app',
        resourceGroupName: GROUP.name,
        location: 'westeurope',
        applicationType: 'web',
      }),
      settings: {},
      publisher: new ScmPublisher(),
      packagePath: __filename,
    }),
  LinkHealthAlert: (stack, naming) =>
    new LinkHealthAlert(stack, 'It', {
      ...common,
      naming,
      link: communicationService(stack).linkNotificationHub(hub(stack)),
      relayHub: hub(stack, 'Relay'),
      functionAppId: FUNCTION_APP_ID,
      principalId: '00000000-0000-0000-0000-000000000004',
    }),
  PushMonitoring: (stack, naming) => new PushMonitoring(stack, 'It', { ...common, naming }),
  MonitoringActionGroup: (stack, naming) => new MonitoringActionGroup(stack, 'It', { ...common, naming }),
  MonitoringDiagnostics: (stack, naming) =>
    new MonitoringDiagnostics(stack, 'It', { naming, workspaceId: GROUP.id }),
  MonitoringWorkbook: (stack, naming) =>
    new MonitoringWorkbook(stack, 'It', { ...common, naming, runbookUrl: 'docs/runbook.md', hubs: [] }),
};

describe.each(Object.entries(MAKERS))('%s refuses names', (_, make) => {
  test.each([
    ['base', (late: string) => new Naming(late, 'x7k2p9')],
    ['suffix', (late: string) => new Naming('contoso', late)],
  ])(
    'whose %s is known only when it is deployed: they would depend on where constructs are',
    (part, naming) => {
      const error = errorOf(() =>
        synthWith((stack) => make(stack, naming(new TerraformVariable(stack, 'late', {}).stringValue))),
      );
      expect(error).toContain(
        `[stack/It] naming takes a ${part} that is known when the stack is synthesized, got one that is known only when ` +
          'it is deployed: names are cut to what Azure takes, and GUIDs are made of them; give a literal',
      );
      expect(error).not.toContain('TfToken');
    },
  );
});
