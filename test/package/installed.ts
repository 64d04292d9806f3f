import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { machineEnvironment } from '../../testing/local/deployment';
import { npm, packed } from './packed';

export const PROJECT = join(__dirname, '..', '..');

/** Packages that a stack of one's own is written with; their copies in this checkout stand for the registry's. */
const COMPANIONS = [
  'cdktf',
  'cdktn',
  'constructs',
  '@cdktf/provider-azurerm',
  '@cdktn/provider-azurerm',
  'tsx',
  'typescript',
  '@types/node',
];

/**
 * Installs the packed package into a folder as anybody does, without a network: what goes with it is linked from this
 * checkout.
 * @param companions names of packages that a project has beside it
 */
export function installInto(folder: string, companions: readonly string[]): void {
  const linked = companions.map((name) => [name, `file:${join(PROJECT, 'node_modules', name)}`]);
  const manifest = { name: 'project', private: true, dependencies: Object.fromEntries(linked) };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  // npm would build what is linked anew, as one does with a checkout.
  npm(folder, 'install', '--offline', '--no-package-lock', '--ignore-scripts', packed().tarball);
}

/** A folder in which the packed package is installed: what is put below it imports the package by its name. */
export class InstalledPackage {
  private constructor(readonly folder: string) {}

  static in(folder: string): InstalledPackage {
    installInto(folder, COMPANIONS);
    return new InstalledPackage(folder);
  }

  /** A file of the package, as it was installed. */
  file(path: string): string {
    return join(this.folder, 'node_modules/cdktf-acs-push', path);
  }

  /** The command as npm has installed it. */
  get command(): string {
    return join(this.folder, 'node_modules/.bin/acs-push');
  }

  /** Takes a project of this checkout there; the folder that it is in afterwards. */
  add(path: string, name: string): string {
    const target = join(this.folder, name);
    cpSync(join(PROJECT, path), target, { recursive: true });
    return target;
  }

  /** What tsc finds in these projects, each of which has a tsconfig.json: in one run, as they have the same options. */
  compile(projects: readonly string[]): string {
    const config = join(this.folder, 'tsconfig.json');
    const [first] = projects;
    writeFileSync(
      config,
      JSON.stringify({
        extends: `./${first}/tsconfig.json`,
        include: projects.map((project) => `${project}/**/*.ts`),
      }),
    );
    const tsc = join(this.folder, 'node_modules/typescript/bin/tsc');
    // What it finds is in what it prints, and not in the error of a program that failed.
    return spawnSync(process.execPath, [tsc, '--noEmit', '-p', config], { encoding: 'utf8' }).stdout;
  }
}

/** Runs the app that a project's cdktf.json names, as the CLI does. @throws Error with what it printed */
export async function synthesize(
  project: string,
  output: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { app } = JSON.parse(readFileSync(join(project, 'cdktf.json'), 'utf8')) as { app: string };
  mkdirSync(output, { recursive: true });
  await promisify(execFile)('sh', ['-c', app], {
    cwd: project,
    env: { ...machineEnvironment(), ...environment, CDKTF_OUTDIR: output },
  });
}
