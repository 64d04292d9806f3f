import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askedAzurerm } from '../../../testing/local/asked-azurerm';

const folder = mkdtempSync(join(tmpdir(), 'asked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function asked(version?: string): string {
  const file = join(folder, 'cdk.tf.json');
  const providers = version === undefined ? {} : { azurerm: { source: 'azurerm', version } };
  writeFileSync(file, JSON.stringify({ terraform: { required_providers: providers } }));
  return askedAzurerm(file);
}

test.each([
  ['4.55.0', '4.55.0'],
  ['4.73.0', '4.73.0'],
  ['~> 4.0', '4.79.0'],
  ['>= 4.60, < 4.70', '4.60.0'],
  ['< 4.70', '4.55.0'],
  ['5.1.0', '5.1.0'],
  ['>= 4.55', '5.2.0'],
  ['>= 5.0.0, < 6.0.0', '5.2.0'],
])('a stack that asks for %s gets %s', (constraint, version) => expect(asked(constraint)).toBe(version));

test('a stack without azurerm gets the oldest', () => expect(asked()).toBe('4.55.0'));

test.each(['3.117.0', '~> 6.0', '< 4.55'])('%s is refused by name', (constraint) => {
  expect(() => asked(constraint)).toThrow(
    `the stand-in azurerm provider plays 4.55 to 5.x, and the stack asks for '${constraint}'`,
  );
});
