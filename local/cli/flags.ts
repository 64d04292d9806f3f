import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AzurermVersion } from '../terraform/azurerm/version';

export const USAGE = `usage: acs-push-local [options]

Runs local Azure until it is stopped by Ctrl-C, or whoever started it is gone.

  --json              print endpoints and environment as one JSON line, for programs
  --env               print the environment alone, as export lines for a shell
  --state DIR         keep everything in this folder over a restart
  --load SNAPSHOT     start with this snapshot (GET /snapshot), in place of what the folder keeps
  --seed N            of everything random (default: 1)
  --port N            port of the https server (default: any free one)
  --proxy-port N      port of the proxy (default: any free one)
  --control-port N    port of the control API (default: any free one)
  --clock machine|manual
                      'manual' stands still until POST /clock moves it (default: machine)
  --clock-speed N     how many times faster than the machine's clock Azure's runs (default: 1)
  --strict            refuse resource types that are not played, which are kept as plain documents otherwise
  --azurerm VERSION   which azurerm the stand-in plays, 4.55.0 to 5.x (default: 4.55.0)
  --verbose           tell on standard error what happens
  --version           print the version
  --help              print this
`;

/** A mistake on the command line. */
export class UsageError extends Error {}

export interface Flags {
  readonly help: boolean;
  readonly version: boolean;
  readonly print: 'text' | 'json' | 'env';
  readonly verbose: boolean;
  readonly strict: boolean;
  readonly stateDir?: string;
  /** A file that is there. */
  readonly load?: string;
  readonly seed?: number;
  readonly clock: 'machine' | 'manual';
  readonly clockSpeed?: number;
  readonly azurerm?: string;
  readonly ports: { readonly https?: number; readonly proxy?: number; readonly control?: number };
}

/** @throws UsageError naming the option, what it got, and what it takes */
export function readFlags(args: string[]): Flags {
  const values = parse(args);
  if (values.json && values.env) throw new UsageError('--json and --env were both given: choose one');
  const clock = values.clock ?? 'machine';
  if (clock !== 'machine' && clock !== 'manual') {
    throw new UsageError(`--clock takes machine or manual, got '${clock}'`);
  }
  const clockSpeed = positive('--clock-speed', values['clock-speed']);
  if (clock === 'manual' && clockSpeed !== undefined) {
    throw new UsageError(
      '--clock-speed is of the clock machine, and --clock manual was given: leave one out',
    );
  }
  return {
    help: values.help,
    version: values.version,
    print: values.json ? 'json' : values.env ? 'env' : 'text',
    verbose: values.verbose,
    strict: values.strict,
    stateDir: folder('--state', values.state),
    load: file('--load', values.load),
    seed: whole('--seed', values.seed),
    clock,
    clockSpeed,
    azurerm: azurerm('--azurerm', values.azurerm),
    ports: {
      https: port('--port', values.port),
      proxy: port('--proxy-port', values['proxy-port']),
      control: port('--control-port', values['control-port']),
    },
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        env: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        strict: { type: 'boolean', default: false },
        state: { type: 'string' },
        load: { type: 'string' },
        seed: { type: 'string' },
        port: { type: 'string' },
        'proxy-port': { type: 'string' },
        'control-port': { type: 'string' },
        clock: { type: 'string' },
        'clock-speed': { type: 'string' },
        azurerm: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function folder(flag: string, path: string | undefined): string | undefined {
  const taken = path !== undefined && existsSync(path) && !statSync(path).isDirectory();
  if (path === '' || taken) throw new UsageError(`${flag} takes a folder, got '${path}'`);
  return path;
}

function file(flag: string, path: string | undefined): string | undefined {
  if (path === undefined || (existsSync(path) && statSync(path).isFile())) return path;
  throw new UsageError(`${flag} takes a file that is there, got '${path}'`);
}

function port(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 65535) return value;
  throw new UsageError(`${flag} takes a port from 1 to 65535, got '${text}'`);
}

function whole(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new UsageError(`${flag} takes a whole number, got '${text}'`);
}

function positive(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`${flag} takes a number greater than 0, got '${text}'`);
}

function azurerm(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return new AzurermVersion(text).text;
  } catch (error) {
    throw new UsageError(`${flag} takes a version from 4.55.0 to 5.x, got '${text}'`, { cause: error });
  }
}
