// Compiles the library and the command to dist/ and writes the relay's zip and its publisher beside them.
// npm also runs it as `prepare`: after npm ci, before npm pack, and when git is the package's source.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const asPrepare = process.env.npm_lifecycle_event === 'prepare';

const missing = ['typescript', 'esbuild', 'fflate'].filter((name) => !resolves(`${name}/package.json`));
if (missing.length > 0) {
  process.stderr.write(
    `cdktf-acs-push: dist/ was not built, because ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not installed ` +
      '(devDependencies were left out)\nrun npm ci && npm run build in its folder, or install the packed release\n',
  );
  // An install without devDependencies is no error by itself; asking for a build without them is.
  process.exit(asPrepare ? 0 : 1);
}

// What was compiled from files that are gone; the assets are replaced whole, since a deployment may be reading them.
for (const room of ['constructs', 'link', 'cli', 'testing', 'local'])
  rmSync(join(project, 'dist', room), { recursive: true, force: true });
run('the library does not compile', [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
run('the flavour for CDK Terrain cannot be made', [join('scripts', 'build-cdktn.mjs')]);
run('what ./link takes of packages cannot be bundled', [join('scripts', 'build-link-packages.mjs')]);
run("the relay's zip or its publisher cannot be built", [join('scripts', 'build-assets.mjs')]);
run('local Azure cannot be bundled', [join('scripts', 'build-testing.mjs')]);
run('the package of local Azure cannot be made', [join('scripts', 'build-local.mjs')]);
run('what nobody reaches cannot be found', [join('scripts', 'build-reachable.mjs')]);
run('the notices of what is bundled cannot be written', [join('scripts', 'build-notices.mjs')]);
run('the sources cannot be put beside the maps', [join('scripts', 'build-sources.mjs')]);
for (const path of Object.values(JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')).bin ?? {})) {
  if (existsSync(join(project, path))) chmodSync(join(project, path), 0o755);
}

function run(problem, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`cdktf-acs-push: ${problem}\n${stdout}${stderr}`);
  process.exit(1);
}

function resolves(name) {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
