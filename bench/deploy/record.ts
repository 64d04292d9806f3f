import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEntry } from '../../local/terraform/journal';
import type { Deployment, StateResource } from '../../testing/local/deployment';
import type { LocalCloud } from '../../testing/local/local-cloud';
import { nodeOf, readGraph, type Graph } from './graph';
import type { Step, World } from './step';

/** One walk of Terraform, with what each of its nodes asked. */
export interface Walk {
  readonly graph: Graph;
  readonly steps: ReadonlyMap<string, Step>;
}

/** A deploy: it is planned, and what was planned is applied. */
export interface Recording {
  readonly plan: Walk;
  readonly apply: Walk;
  readonly dataPlaneAwaited: World['dataPlaneAwaited'];
  /** Resources that were changed, as Terraform counts them. */
  readonly changed: number;
}

/** Takes the journal of the stand-ins, walk by walk. */
export class Notebook {
  private entries: JournalEntry[] = [];

  readonly journal = (entry: JournalEntry) => void this.entries.push(entry);

  turn(): JournalEntry[] {
    const entries = this.entries;
    this.entries = [];
    return entries;
  }
}

/**
 * Plans and applies what lies in the deployment's folder, and notes which node asked what. Whatever runs at the side of
 * Terraform, as the publishing of code does, is found among the requests that reached local Azure.
 */
export async function record(
  deployment: Deployment,
  cloud: LocalCloud,
  notebook: Notebook,
): Promise<Recording> {
  const before = (await deployment.showState()).resources;
  notebook.turn();
  const plan = await deployment.plan();
  const planned = notebook.turn();
  const graphs = {
    plan: readGraph((await deployment.terraform(['graph', '-type=plan'])).stdout),
    apply: readGraph((await deployment.terraform(['graph', `-plan=${plan.file}`])).stdout),
  };
  const { changes } = await deployment.showPlan(plan);
  notebook.turn();
  const last = cloud.azure.faults.seen().at(-1)?.number ?? 0;
  await deployment.apply(plan);
  const applied = notebook.turn();
  const after = (await deployment.showState()).resources;
  const known = [...after, ...before];
  const apply = stepsOf(graphs.apply, applied, known);
  const published = cloud.azure.faults
    .seen()
    .filter(({ number, host }) => number > last && host.includes('.scm.'))
    .map(({ method, host, path, status }) => ({
      method,
      url: `https://${host}${path}`,
      ...(status !== undefined && { status }),
    }));
  const publisher = [...graphs.apply.keys()].find((node) => /^terraform_data\.\w*Publish\w*$/.test(node));
  if (publisher !== undefined && published.length > 0) {
    apply.set(publisher, { node: publisher, type: 'terraform_data', action: 'create', requests: published });
  }
  return {
    plan: { graph: graphs.plan, steps: stepsOf(graphs.plan, planned, known) },
    apply: { graph: graphs.apply, steps: apply },
    dataPlaneAwaited: dataPlaneAwaited(deployment),
    changed: changes.filter(({ change }) => !/^(no-op|read)$/.test(change.actions.join())).length,
  };
}

const PROVIDERS = {
  azurerm: "provider['registry.terraform.io/hashicorp/azurerm']",
  azapi: "provider['registry.terraform.io/azure/azapi']",
};

/** What each node asked. @throws Error for requests that belong to no node: the figures would leave them out */
export function stepsOf(
  graph: Graph,
  entries: readonly JournalEntry[],
  known: readonly StateResource[],
): Map<string, Step> {
  const addresses = new Map<string, StateResource>();
  for (const resource of known) {
    const { mode, type, values } = resource;
    if (typeof values.id === 'string') addresses.set(`${mode} ${type} ${values.id.toLowerCase()}`, resource);
  }
  const steps = new Map<string, Step>();
  const ephemerals = [...graph.keys()].filter((name) => /^ephemeral\.[^ ]+ \(expand\)$/.test(name));
  for (const entry of entries) {
    if (entry.requests.length === 0 && !entry.action) continue;
    const { typeName, action, id } = entry;
    let node: string | undefined;
    if (entry.call === 'OpenEphemeralResource') {
      node = ephemerals.find((name) => name.startsWith(`ephemeral.${typeName}.`) && !steps.has(name));
    } else if (typeName === '') {
      node = PROVIDERS[entry.provider];
    } else {
      const mode = entry.call === 'ReadDataSource' ? 'data' : 'managed';
      const resource = addresses.get(`${mode} ${typeName} ${id?.toLowerCase()}`);
      node = resource && nodeOf(graph, resource.address, action);
    }
    if (node === undefined)
      throw new Error(`${entry.call} of ${typeName} ${id} belongs to no node of the graph`);
    const earlier = steps.get(node);
    steps.set(node, {
      node,
      type: typeName,
      ...((action ?? earlier?.action) && { action: action ?? earlier?.action }),
      requests: [...(earlier?.requests ?? []), ...entry.requests],
    });
  }
  return steps;
}

function dataPlaneAwaited({ stackFolder }: Deployment): boolean {
  const { provider } = JSON.parse(readFileSync(join(stackFolder, 'cdk.tf.json'), 'utf8')) as {
    provider: { azurerm: Features | Features[] };
  };
  const features = [[provider.azurerm].flat()[0]?.features ?? {}].flat()[0];
  return [features?.storage ?? {}].flat()[0]?.data_plane_available !== false;
}

interface Features {
  readonly features?: OneOrMany<{
    readonly storage?: OneOrMany<{ readonly data_plane_available?: boolean }>;
  }>;
}
type OneOrMany<T> = T | T[];
