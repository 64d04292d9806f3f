import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setContext } from '../../cli/cdktf-config';
import { reportFile } from '../../cli/report-file';
import { PROJECT } from '../../testing/local/deployment';

let folder: string;
const inFolder = (name: string) => join(folder, name);

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'report-file-'))));
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

/** What is written in this project, and how: each keeps what is there already. */
const WRITERS = {
  'a report': {
    name: 'report.xml',
    old: '<old/>',
    write: () => reportFile(inFolder('report.xml')).write('<new/>'),
    written: '<new/>',
  },
  'the context of a project': {
    name: 'cdktf.json',
    old: '{}',
    write: () => setContext(folder, 'key', 'secondary'),
    written: '{\n  "context": {\n    "key": "secondary"\n  }\n}\n',
  },
};

describe.each(Object.entries(WRITERS))('%s', (_, { name, old, write, written }) => {
  beforeEach(() => writeFileSync(inFolder(name), old));

  test('is for whom the old one was', () => {
    chmodSync(inFolder(name), 0o640);
    write();
    expect(readFileSync(inFolder(name), 'utf8')).toBe(written);
    expect((statSync(inFolder(name)).mode & 0o777).toString(8)).toBe('640');
  });

  test('leaves what others have written beside it', () => {
    writeFileSync(inFolder(`${name}.new`), "somebody's");
    write();
    expect(readFileSync(inFolder(`${name}.new`), 'utf8')).toBe("somebody's");
    expect(readdirSync(folder).sort()).toEqual([name, `${name}.new`]);
  });
});

test('a report goes to where a link leads, also when there is nothing yet', () => {
  mkdirSync(inFolder('elsewhere'));
  symlinkSync('elsewhere/report.xml', inFolder('link'));
  for (const text of ['<first/>', '<second/>']) {
    reportFile(inFolder('link')).write(text);
    expect(readFileSync(inFolder('elsewhere/report.xml'), 'utf8')).toBe(text);
  }
  expect(lstatSync(inFolder('link')).isSymbolicLink()).toBe(true);
});

test.each([
  ['nowhere', 'nowhere/report.xml', 'ENOENT'],
  ['in a circle', 'link', 'ELOOP'],
])('a link that leads %s is refused before anything is done', (_, to, problem) => {
  symlinkSync(to, inFolder('link'));
  expect(() => reportFile(inFolder('link'))).toThrow(
    `--junit ${inFolder('link')} cannot be written: ${problem}`,
  );
});

describe('who may not write to the folder', () => {
  /** Runs a script of a user whom permissions hold for, and answers what it printed. */
  function printed(script: string): string {
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
      cwd: PROJECT,
      uid: process.getuid?.() === 0 ? 65534 : undefined,
      encoding: 'utf8',
    });
    return stdout;
  }

  test.each(['report.xml', 'other.xml'])('is refused %s at once', (name) => {
    writeFileSync(inFolder('report.xml'), '');
    chmodSync(inFolder('report.xml'), 0o666);
    chmodSync(folder, 0o555);
    const path = inFolder(name);
    const out = printed(`
      try {
        require('./cli/report-file.ts').reportFile(${JSON.stringify(path)});
      } catch ({ message }) {
        console.log(message);
      }`);
    expect(out).toContain(`--junit ${path} cannot be written: EACCES`);
    expect(out).toContain('give a file in a folder that you may write to');
  });

  test('any more in the end has the old report still', () => {
    chmodSync(folder, 0o777);
    const path = inFolder('own/report.xml');
    const out = printed(`
      const { chmodSync, mkdirSync, writeFileSync } = require('node:fs');
      mkdirSync(${JSON.stringify(inFolder('own'))});
      writeFileSync(${JSON.stringify(path)}, '<old/>');
      const report = require('./cli/report-file.ts').reportFile(${JSON.stringify(path)});
      chmodSync(${JSON.stringify(inFolder('own'))}, 0o555);
      try {
        report.write('<new/>');
      } catch ({ message }) {
        console.log(message);
      }
      chmodSync(${JSON.stringify(inFolder('own'))}, 0o777);`);
    expect(out).toContain(`--junit ${path} cannot be written: EACCES`);
    expect(readFileSync(path, 'utf8')).toBe('<old/>');
    expect(readdirSync(inFolder('own'))).toEqual(['report.xml']);
  });
});
