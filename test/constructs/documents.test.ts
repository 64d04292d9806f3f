import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvironments } from '../../environments';
import { EnvironmentStack } from '../../environments/environment-stack';
import { ensureAssets } from '../support/assets';
import { sensitiveAttributes } from '../support/provider-schema';
import { newApp, synth, type Synthesized } from '../support/synth';

const document = (name: string) => readFileSync(join(__dirname, '../../docs', name), 'utf8');

beforeAll(ensureAssets);

let made: Synthesized[] | undefined;

function stacks(): Synthesized[] {
  const app = newApp();
  return (made ??= loadEnvironments().map((environment) => synth(new EnvironmentStack(app, environment))));
}

/** The row of a table whose first cell names it. */
function row(text: string, name: string): string {
  return text.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
}

describe('docs/secrets.md', () => {
  test('names every attribute that azurerm marks sensitive, of all resources in the stacks', () => {
    const secrets = document('secrets.md');
    const types = new Set(stacks().flatMap((json) => json.resourceTypes));
    const missing = [...types]
      .filter((type) => type.startsWith('azurerm_'))
      .flatMap((type) =>
        sensitiveAttributes(type)
          .filter(
            (attribute) => !attribute.split('.').every((part) => row(secrets, type).includes(`\`${part}\``)),
          )
          .map((attribute) => `${type}.${attribute}`),
      );
    expect(missing).toEqual([]);
  });

  test('is right that no construct asks azapi for sensitive values, or sets a delivery property', () => {
    for (const { text } of stacks()) {
      expect(text).not.toContain('sensitive_response_export_values');
      expect(text).not.toContain('delivery_property');
    }
  });
});

describe('docs/providers.md', () => {
  test('has a row for every azurerm resource and every ARM type of azapi in the stacks', () => {
    const providers = document('providers.md');
    const types = stacks().flatMap((json) => [
      ...json.resourceTypes.filter((type) => !type.startsWith('azapi_')),
      ...['azapi_resource', 'azapi_update_resource', 'azapi_resource_action'].flatMap((kind) =>
        json.resources(kind).map(({ type }) => type as string),
      ),
      ...json.dataSources('azapi_resource').map(({ type }) => type as string),
    ]);
    const missing = [...new Set(types)].filter((type) => !providers.includes(`\`${type}\``));
    expect(missing).toEqual([]);
  });
});
