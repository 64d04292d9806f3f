import { readFile } from 'node:fs/promises';
import { Patience, type NotYet } from './patience';
import { requestClock, ScmSite, type ScmSiteOptions } from './scm-site';

/** Kudu's status of a deployment. */
const FAILED = 3;
const SUCCEEDED = 4;
const POLL_MS = 2_000;

/**
 * Publishes a zip to a Function App on Flex Consumption, as the Azure tools do there: POST of the zip with a bearer
 * token to the app's scm site, then the deployment's status until it ends.
 *
 * Each request is repeated for ten minutes while Azure says "not yet" or does not answer, the POST too: the same zip
 * again replaces what it put there with the same, and while the one whose answer was lost is under way the site answers
 * 409 to the next, which is waited for.
 *
 * Source: Azure/azure-dev#3658; hashicorp/terraform-provider-azurerm#29630 says why zip_deploy_file cannot.
 *
 * @param host default host name of the app
 * @param packagePath path of the zip
 * @throws Error that says what was last seen, where, and what to do
 */
export async function publishPackage(
  host: string,
  packagePath: string,
  options: ScmSiteOptions,
): Promise<void> {
  const site = new ScmSite(host, options);
  const zip = await readFile(packagePath);
  const patience = new Patience(options.clock ?? requestClock);
  await patience.until(`${site.url} did not take the package`, POLL_MS * 2, async () => {
    const answer = await site.request('POST', '/api/publish?RemoteBuild=false', zip);
    return 'body' in answer ? undefined : answer;
  });
  await patience.until(`${site.url} did not finish the deployment`, POLL_MS, async () => {
    const answer = await site.request('GET', '/api/deployments/latest');
    return 'body' in answer ? notFinished(site.url, answer.body) : answer;
  });
}

/** @throws Error when the deployment failed */
function notFinished(url: string, body: string): NotYet | undefined {
  const { status, status_text: text } = parse(body);
  if (status === SUCCEEDED) return undefined;
  if (status === FAILED) throw new Error(`${url} could not deploy the package: ${text || 'no reason given'}`);
  return {
    seen: `GET ${url}/api/deployments/latest: it is being deployed (status ${status ?? 'unknown'})`,
    remedy: "look at the app's deployment log",
  };
}

function parse(text: string): { status?: number; status_text?: string } {
  try {
    return (JSON.parse(text) ?? {}) as { status?: number; status_text?: string };
  } catch {
    return {};
  }
}
