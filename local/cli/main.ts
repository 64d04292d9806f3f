import { parseArgs } from 'node:util';
import { exportLines } from './export-lines';
import { startLocalCloud, type LocalCloud } from '../cloud';

const USAGE = `usage: npm run local -- [options]

Runs local Azure until it is stopped by Ctrl-C.

  --json             print endpoints and environment as one JSON line, for programs
  --state DIR        keep everything in this folder over a restart
  --port N           port of the https server (default: any free one)
  --proxy-port N     port of the proxy (default: any free one)
  --control-port N   port of the control API (default: any free one)
  --clock-speed N    how many times faster than the machine's clock Azure's runs (default: 1)
  --azurerm VERSION  which azurerm the stand-in plays, 4.55.0 to 5.x (default: 4.55.0)
  --verbose          tell on standard error what happens
  --help             print this
`;

/** A mistake on the command line. */
class UsageError extends Error {}

interface Flags {
  readonly help: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly stateDir?: string;
  readonly clockSpeed?: number;
  readonly azurerm?: string;
  readonly ports: { readonly https?: number; readonly proxy?: number; readonly control?: number };
}

function readFlags(args: string[]): Flags {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        state: { type: 'string' },
        port: { type: 'string' },
        'proxy-port': { type: 'string' },
        'control-port': { type: 'string' },
        'clock-speed': { type: 'string' },
        azurerm: { type: 'string' },
      },
    });
    if (values.state === '') throw new UsageError('--state takes a folder');
    return {
      help: values.help,
      json: values.json,
      verbose: values.verbose,
      stateDir: values.state,
      azurerm: values.azurerm,
      clockSpeed: positive('--clock-speed', values['clock-speed']),
      ports: {
        https: port('--port', values.port),
        proxy: port('--proxy-port', values['proxy-port']),
        control: port('--control-port', values['control-port']),
      },
    };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

function port(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 65535) return value;
  throw new UsageError(`${flag} takes a port from 1 to 65535, got '${text}'`);
}

function positive(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`${flag} takes a number greater than 0, got '${text}'`);
}

/** What a person needs in order to use what is running. */
function describe({ azure, environment }: LocalCloud): string {
  const { proxy, https, control } = azure.endpoints;
  return [
    'local Azure is running; Ctrl-C stops it',
    '',
    `  control API  ${control}      (GET /inbox shows the pushes that reached APNs and FCM)`,
    `  proxy        ${proxy}`,
    `  https        ${https}`,
    '',
    'for Terraform, cdktf and the Azure SDKs in another terminal:',
    '',
    exportLines(environment),
  ].join('\n');
}

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  const cloud = await startLocalCloud({
    providers: 'stand-in',
    stateDir: flags.stateDir,
    azurermVersion: flags.azurerm,
    clockSpeed: flags.clockSpeed,
    ports: flags.ports,
    log: flags.verbose ? (message) => process.stderr.write(`${message}\n`) : undefined,
  });
  const { endpoints } = cloud.azure;
  process.stdout.write(
    flags.json ? `${JSON.stringify({ endpoints, environment: cloud.environment })}\n` : describe(cloud),
  );
  await stopped;
  await cloud.close();
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    const usage = error instanceof UsageError;
    process.stderr.write(
      usage ? `${error.message}\n\n${USAGE}` : `local Azure did not start: ${error.message}\n`,
    );
    process.exit(usage ? 2 : 1);
  },
);
