import type { Report } from '../../link';
import { readLink, sameResourceId } from '../../link/read-link';
import { MARKS, reportText, type TitledReport } from '../../cli/report-text';
import type { Deployment } from '../../testing/local/deployment';
import type { LocalCloud } from '../../testing/local/local-cloud';
import { acsPush } from '../acs-push';
import { StartError } from '../failures';
import type { Stage } from '../stage';

export async function readLinkBack(
  stage: Stage,
  { reader }: LocalCloud,
  ids: { communicationService: string; callingHub: string },
): Promise<void> {
  const linked = await stage.step(
    'reading the link back',
    async () => {
      const reading = await readLink(reader, ids.communicationService);
      if (reading?.notificationHubId && sameResourceId(reading.notificationHubId, ids.callingHub)) {
        return reading.notificationHubId;
      }
      throw new StartError(
        `${ids.communicationService} should be linked to ${ids.callingHub}, but shows ${reading?.notificationHubId ?? 'no link'}`,
        'look at the link in constructs/notification-hub-link.ts and at what local Azure keeps of it',
      );
    },
    () => 'link read back from Azure Resource Manager',
  );
  if (stage.flags.verbose) stage.detail(`${ids.communicationService}\n→ ${linked}`);
}

/** As the command prints them with `--json`: the link's, and within it those of the relay's hubs. */
interface Verified extends Report {
  readonly hubs?: readonly Report[];
}

/**
 * The command that a person would run: the link, and the hub of the relay.
 * @returns the report of each
 */
export async function verify(
  stage: Stage,
  cloud: LocalCloud,
  deployment: Deployment,
): Promise<Required<TitledReport>[]> {
  const words = ['verify', 'local', '--wait', '--timeout', '2m', '--json'];
  const reports = await stage.step(
    'acs-push verify local --wait',
    async (step) => {
      const { stdout } = await acsPush(stage, cloud, deployment, words, (line) => {
        // What it tells of a wait begins with the time in a log, which whoever watches knows; the rest is the report.
        const [, told] = /^\d{4}-\d\d-\d\dT\S+ (.*)/.exec(line) ?? [];
        if (told !== undefined) step.now(told);
      });
      const { hubs = [], ...link } = JSON.parse(stdout) as Verified;
      return [
        { title: 'linked hub', report: link },
        ...hubs.map((report) => ({ title: 'relay hub', report })),
      ];
    },
    (proved) => `acs-push verify local --wait: ${proved.length} hubs are proved`,
  );
  for (const titled of reports) tellChecks(stage, titled);
  return reports;
}

function tellChecks(stage: Stage, titled: TitledReport): void {
  if (stage.flags.verbose) return stage.detail(reportText(titled).trimEnd());
  const { checks } = titled.report;
  const passed = checks.filter(({ status }) => status === 'pass').length;
  stage.detail(`${titled.title}: ${passed} of ${checks.length} checks pass`);
  for (const { status, title } of checks) {
    if (status !== 'pass') stage.detail(`${MARKS[status]} ${title}`);
  }
}
