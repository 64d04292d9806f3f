import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plantedFiles } from '../support/planted-files';

const PROJECT = join(__dirname, '../..');

/** A project with one program, and what runs programs in it. */
function projectWith(program: string) {
  const planted = plantedFiles({ 'tool/main.ts': program });
  for (const path of ['run.cjs', 'stamp.cjs', 'synth']) {
    cpSync(join(PROJECT, 'scripts', path), join(planted.folder, 'scripts', path), { recursive: true });
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(planted.folder, 'node_modules'));
  return planted;
}

function run(folder: string, ...words: string[]) {
  const args = ['scripts/run.cjs', 'tool/main.ts', ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('a program has its words, its place and its exit code, and is bundled anew when it has changed', () => {
  using project = projectWith(
    'const words: string[] = process.argv.slice(2);\nconsole.log(__dirname, process.argv[1], ...words);\nprocess.exitCode = 3;\n',
  );
  const place = join(project.folder, 'tool');
  const said = `${place} ${join(place, 'main.ts')} --all x\n`;
  for (let times = 0; times < 2; times += 1) {
    expect(run(project.folder, '--all', 'x')).toEqual({ status: 3, stdout: said, stderr: '' });
  }
  expect(readdirSync(join(project.folder, 'dist/.synth'))).toEqual(['tool+main']);
  writeFileSync(join(place, 'main.ts'), "console.log('another');\n");
  expect(run(project.folder)).toEqual({ status: 0, stdout: 'another\n', stderr: '' });
});

test('a program that cannot be bundled runs as its sources', () => {
  using project = projectWith('const place: string = import.meta.url;\nconsole.log(place.slice(0, 5));\n');
  expect(run(project.folder)).toEqual({ status: 0, stdout: 'file:\n', stderr: '' });
});

test('what is wrong in a program is told', () => {
  using project = projectWith("import { nothing } from './not-there';\nnothing();\n");
  const { status, stderr } = run(project.folder);
  expect(status).toBe(1);
  expect(stderr).toContain("Cannot find module './not-there'");
});
