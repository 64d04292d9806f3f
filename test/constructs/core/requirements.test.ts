import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { App, Testing, TerraformStack } from 'cdktf';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acknowledgeWarning, AzapiProvider, SecretValue } from '../../../constructs';
import { communicationService, hub } from '../../support/samples';
import { errorOf, newStack, synth, warnings } from '../../support/synth';

/** That of the bindings: CDKTF's are made for 4.55, CDK Terrain's for 4.73. */
const AZURERM_VERSION = expect.stringMatching(/^4\.(55|73)\.0$/);

describe('the Terraform that a stack needs', () => {
  test('is in its JSON, with the providers’ versions', () => {
    const stack = newStack();
    communicationService(stack);
    expect(synth(stack).json.terraform).toMatchObject({
      required_version: '>= 1.11.0',
      required_providers: { azapi: { version: '>= 2.11.0, < 3.0.0' }, azurerm: { version: AZURERM_VERSION } },
    });
  });

  test.each([
    ['before', (stack: TerraformStack, make: () => void) => (require13(stack), make())],
    ['after', (stack: TerraformStack, make: () => void) => (make(), require13(stack))],
  ])('is what the user says, said %s the constructs', (_when, order) => {
    const stack = newStack();
    order(stack, () => communicationService(stack));
    expect(synth(stack).json.terraform.required_version).toBe('>= 1.13.0');
  });

  test('is said by a stack that has nothing but a secret', () => {
    const stack = newStack();
    SecretValue.fromVariable(stack, 'token');
    expect(synth(stack).json.terraform.required_version).toBe('>= 1.11.0');
  });
});

function require13(stack: TerraformStack): void {
  stack.addOverride('terraform.required_version', '>= 1.13.0');
}

describe('another azurerm', () => {
  const warned = (version: string) => {
    const stack = newStack();
    communicationService(stack);
    stack.addOverride('terraform.required_providers.azurerm.version', version);
    synth(stack);
    return warnings(stack);
  };

  test.each(['6.0.0', '~> 6.0', '>= 6', '4.54.0', '< 4.55', '~> 4.20.1', '> 4.60, < 4.55'])(
    'is warned of when none of %p is among those that work',
    (version) => {
      expect(warned(version)).toEqual([
        expect.stringContaining(`azurerm takes a version from 4.55 to before 6.0, got '${version}'`),
      ]);
    },
  );

  test.each([
    '4.55.0',
    '~> 4.0',
    '>= 4.60',
    '~> 4.55.2',
    '4.79.0',
    '>= 4.55, < 6',
    'v4.60',
    '!= 4.60.0',
    '5.2.0',
    '~> 5.0',
  ])('passes as %p', (version) => expect(warned(version)).toEqual([]));

  test('can be acknowledged', () => {
    const stack = newStack();
    communicationService(stack);
    stack.addOverride('terraform.required_providers.azurerm.version', '6.1.0');
    acknowledgeWarning(stack, 'azurerm-version');
    synth(stack);
    expect(warnings(stack)).toEqual([]);
  });
});

describe('HCL', () => {
  const PROBLEM = 'synthesis takes JSON, got HCL, which would leave out ephemeral blocks, such as that of';

  test('is refused, since ephemeral blocks are not in it', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'hcl-'));
    try {
      const app = new App({ outdir, hclOutput: true });
      const stack = new TerraformStack(app, 'stack');
      new AzurermProvider(stack, 'azurerm', { features: [{}] });
      new AzapiProvider(stack, 'azapi');
      hub(stack);
      expect(errorOf(() => app.synth())).toContain(PROBLEM);
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  });

  test('is refused without validation too', () => {
    const stack = newStack();
    communicationService(stack);
    expect(errorOf(() => Testing.synthHcl(stack))).toContain(PROBLEM);
  });
});
