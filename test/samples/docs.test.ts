import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');
const DEVICES = join(ROOT, 'docs/devices.md');
const text = readFileSync(DEVICES, 'utf8');
const linked = [...text.matchAll(/\]\((\.\.\/samples\/[^)#]+)\)/g)].map(([, path]) =>
  relative(ROOT, join(dirname(DEVICES), path!)),
);
const files = ['ios', 'android', 'web'].flatMap((folder) =>
  readdirSync(join(ROOT, 'samples', folder)).map((file) => `samples/${folder}/${file}`),
);

describe('the samples of docs/devices.md', () => {
  test('are files, each of which it names', () => {
    expect(linked.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(files.filter((path) => !linked.includes(path))).toEqual([]);
  });

  test('are nowhere else, so that nothing but the files can be out of date', () => {
    expect(text).not.toMatch(/^```(swift|kotlin|js|javascript|html)$/m);
  });
});

test.each(['ChatMessageDeleted', 'MissedCallWithdrawn', 'RingEnded'])(
  'what withdraws something (%s) is known to the samples of the phones',
  (event) => {
    for (const folder of ['ios', 'android']) {
      const all = files.filter((path) => path.startsWith(`samples/${folder}/`));
      const sources = all.map((path) => readFileSync(join(ROOT, path), 'utf8'));
      expect(sources.join('\n')).toContain(`"${event}"`);
    }
  },
);
