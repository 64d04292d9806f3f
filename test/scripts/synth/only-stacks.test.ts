import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureAssets } from '../../support/assets';
import { plantedFiles } from '../../support/planted-files';

type Stacks = Record<string, { dependencies: string[]; synthesizedStackPath: string }>;
interface Output {
  begin(asked?: string[]): Stacks;
  end(written: boolean): void;
}
const { outputOf } = require('../../../scripts/synth/only-stacks.cjs') as {
  outputOf(project: string, app: object, outdir: string): Output;
};

const PROJECT = join(__dirname, '../../..');
beforeAll(ensureAssets);

let place: ReturnType<typeof plantedFiles>;
beforeEach(() => (place = plantedFiles({})));
afterEach(() => place[Symbol.dispose]());

const file = (stack: string) => join(place.folder, 'out/stacks', stack, 'cdk.tf.json');

function output(of: { name?: string; selfContained?: boolean } = {}): Output {
  const app = { folder: join(place.folder, 'kept'), name: 'app', selfContained: true, variables: [], ...of };
  return outputOf(PROJECT, app, join(place.folder, 'out'));
}

/** As the app does: the stacks that are not left out, and a manifest of all. */
function write(left: Stacks, dependencies: string[] = []): void {
  const stacks: Stacks = {};
  for (const name of ['dev', 'prod', 'staging']) {
    stacks[name] = left[name] ?? { dependencies, synthesizedStackPath: `stacks/${name}/cdk.tf.json` };
    if (left[name]) continue;
    mkdirSync(join(file(name), '..'), { recursive: true });
    writeFileSync(file(name), name);
  }
  writeFileSync(join(place.folder, 'out/manifest.json'), JSON.stringify({ stacks }));
}

/** One after another. @returns what is left out */
function synth(asked?: string[], { of = {}, dependencies }: { of?: object; dependencies?: string[] } = {}) {
  const one = output(of);
  const left = one.begin(asked);
  write(left, dependencies);
  one.end(true);
  return Object.keys(left);
}

test('a folder that there was not gets all stacks, whatever is asked for', () =>
  expect(synth(['dev'])).toEqual([]));

test('those that this app wrote there are left out, time and again', () => {
  synth();
  expect(synth(['dev'])).toEqual(['prod', 'staging']);
  expect(synth(['prod'])).toEqual(['dev', 'staging']);
  expect(synth(['dev', 'prod'])).toEqual(['staging']);
});

test.each<[string, () => unknown]>([
  ['all are asked for', () => synth()],
  ['a stack is asked for that there is not', () => synth(['other'])],
  ['the app is another one', () => synth(['dev'], { of: { name: 'other' } })],
  ['the app reads files', () => synth(['dev'], { of: { selfContained: false } })],
  [
    'somebody changed one of the others',
    () => {
      appendFileSync(file('prod'), '\n');
      return synth(['dev']);
    },
  ],
  [
    'there is a stack that the manifest does not have',
    () => {
      mkdirSync(join(place.folder, 'out/stacks/old'));
      return synth(['dev']);
    },
  ],
])('none is left out when %s', (_, left) => {
  synth();
  expect(left()).toEqual([]);
});

test('none is left out while one needs another', () => {
  synth(undefined, { dependencies: ['staging'] });
  expect(synth(['dev'])).toEqual([]);
});

test('of two at once the second writes all, and neither is believed afterwards', () => {
  synth();
  const [one, two] = [output(), output()];
  const left = one.begin(['dev']);
  expect(Object.keys(left)).toEqual(['prod', 'staging']);
  expect(two.begin(['prod'])).toEqual({});
  write({});
  two.end(true);
  write(left);
  one.end(true);
  expect(synth(['dev'])).toEqual([]);
  expect(synth(['dev'])).toEqual(['prod', 'staging']);
});

test('after one that was killed, or failed, all are written until one came to its end alone', () => {
  synth();
  output().begin(['dev']);
  expect(synth(['dev'])).toEqual([]);
  expect(synth(['dev'])).toEqual([]);
  expect(synth(['dev'])).toEqual(['prod', 'staging']);
  const failed = output();
  write(failed.begin(['prod']));
  failed.end(false);
  expect(synth(['dev'])).toEqual([]);
});
