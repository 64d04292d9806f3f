// Makes the package acs-push-local of local/: programs and their data in local/dist, declarations of what is public, notices,
// and beside them the papers that are of the whole repository.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { makePage } from './build-page.mjs';
import { packagesOf } from './bundling.mjs';
import { bundleLocal, LOCAL_DATA } from './bundling-local.mjs';
import { writeNotices } from './notices.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const room = join(project, 'local');
const target = join(room, 'dist');
/** The command takes the library as anybody does: it is in the package once. */
const BUNDLES = {
  'index.cjs': 'local/index.ts',
  'cli.cjs': 'local/cli/main.ts',
  'functions/host.cjs': 'local/functions/host.ts',
};

rmSync(target, { recursive: true, force: true });
const bundled = await Promise.all(
  Object.entries(BUNDLES).map(([outfile, source]) =>
    bundleLocal({ project, target, source, outfile, siblings: { '../index': './index.cjs' } }),
  ),
);
const page = await makePage();
LOCAL_DATA.copy(project, target);
chmodSync(join(target, 'cli.cjs'), 0o755);
declarations();
writeNotices(
  project,
  join(target, 'THIRD-PARTY-NOTICES.txt'),
  [...bundled, { name: 'page/page.js', metafile: page }].map(({ name, metafile }) => ({
    name,
    packages: packagesOf(metafile),
  })),
);
mkdirSync(join(room, 'docs'), { recursive: true });
copyFileSync(join(project, 'docs/local-azure.md'), join(room, 'docs/local-azure.md'));
copyFileSync(join(project, 'LICENSE'), join(room, 'LICENSE'));

/** Of index.ts and what its types name; what they are made of inside is nobody's business. */
function declarations() {
  const written = mkdtempSync(join(room, '.declarations-'));
  try {
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        createRequire(import.meta.url).resolve('typescript/bin/tsc'),
        ...['-p', 'local/tsconfig.build.json', '--outDir', written],
      ],
      { cwd: project, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`local/ does not compile\n${stdout}`);
    const root = join(written, 'local');
    const program = ts.createProgram([join(root, 'index.d.ts')], {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      types: [],
      noLib: true,
    });
    for (const { fileName } of program.getSourceFiles()) {
      const path = relative(root, resolve(fileName));
      if (path.startsWith('..')) throw new Error(`a public type of local/index.ts is of ${fileName}`);
      cpSync(fileName, join(target, path));
    }
  } finally {
    rmSync(written, { recursive: true, force: true });
  }
}
