import { readFileSync } from 'node:fs';
import { ManualClock, startLocalCloud, type LocalCloud, type Snapshot } from '../index';
import { version } from '../package.json';
import { exportLines } from './export-lines';
import { readFlags, USAGE, UsageError, type Flags } from './flags';
import { stopped } from './stop';

async function main(): Promise<void> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) return print(USAGE);
  if (flags.version) return print(`${version}\n`);
  const end = stopped();
  const cloud = await start(flags);
  print(shown(cloud, flags));
  await end;
  await cloud.close();
}

async function start(flags: Flags): Promise<LocalCloud> {
  const snapshot = flags.load === undefined ? undefined : readDocument(flags.load);
  try {
    return await startLocalCloud({
      stateDir: flags.stateDir,
      snapshot,
      seed: flags.seed,
      azurermVersion: flags.azurerm,
      clockSpeed: flags.clockSpeed,
      clock: flags.clock === 'manual' ? new ManualClock(Date.now()) : undefined,
      strict: flags.strict,
      ports: flags.ports,
      log: flags.verbose ? (message) => process.stderr.write(`${message}\n`) : undefined,
    });
  } catch (error) {
    if (snapshot && error instanceof RangeError) {
      throw new UsageError(`--load ${flags.load} is no snapshot: ${error.message}`);
    }
    throw new Error(inOptions((error as Error).message), { cause: error });
  }
}

/** What local Azure says of its options, in those of the command. */
function inOptions(message: string): string {
  const names = { https: '--port', proxy: '--proxy-port', control: '--control-port' };
  return message.replace(
    /by ports\.(https|proxy|control) \(0 takes any free one\)/,
    (_, name: keyof typeof names) => `by ${names[name]}, or leave it out to have any free one`,
  );
}

function readDocument(path: string): Snapshot {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Snapshot;
  } catch (error) {
    throw new UsageError(`--load ${path} is no snapshot: ${(error as Error).message}`);
  }
}

function shown(cloud: LocalCloud, { print }: Flags): string {
  const { azure, environment } = cloud;
  if (print === 'env') return exportLines(environment);
  if (print === 'json') return `${JSON.stringify({ endpoints: azure.endpoints, environment })}\n`;
  const { proxy, https, control, controlToken, page } = azure.endpoints;
  return [
    'local Azure is running; Ctrl-C stops it',
    '',
    `  page         ${page}`,
    `  control API  ${control}      (GET /inbox shows the pushes that reached APNs and FCM; GET /openapi.json what else there is)`,
    `  token        ${controlToken}      (Authorization: Bearer, for what changes something)`,
    `  proxy        ${proxy}`,
    `  https        ${https}`,
    '',
    'for Terraform, cdktf and the Azure SDKs in another terminal:',
    '',
    exportLines(environment),
  ].join('\n');
}

function print(text: string): void {
  process.stdout.write(text);
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    const usage = error instanceof UsageError;
    process.stderr.write(
      usage ? `${error.message}\n\n${USAGE}` : `local Azure did not start: ${error.message}\n`,
    );
    process.exit(usage ? 2 : 1);
  },
);
