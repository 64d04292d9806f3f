import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pictures } from '../../../scripts/pages/pictures';
import { ROOT } from '../../documents/markdown';
import { ensureAssets } from '../../support/assets';

const FOLDER = 'docs/pictures';

let made: ReadonlyMap<string, string>;

beforeAll(() => {
  ensureAssets();
  made = pictures();
});

test('pictures in docs/ are those of the environments, and no others; npm run pages writes them', () => {
  const names = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`);
  expect([...made.keys()].sort()).toEqual(names.sort());
  for (const [path, picture] of made) expect(readFileSync(join(ROOT, path), 'utf8')).toBe(picture);
});

test("a picture is not that of another environment's stack", () => {
  const [dev, prod] = ['dev', 'prod'].map((name) => made.get(`${FOLDER}/${name}.svg`)!);
  expect(dev).toContain('func-contoso-dev-');
  expect(prod).toContain('func-contoso-prod-');
  expect(prod).toContain('Key Vault');
  expect(dev).not.toContain('Key Vault');
});
