import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { mistake, mistakesOf } from '../../../constructs/core/mistakes';
import { thrownBy } from '../../support/synth';

let outdir: string;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'mistakes-'));
});

afterEach(() => rmSync(outdir, { recursive: true }));

/** One that validates, as `cdktf synth` does. */
function app() {
  return new App({ outdir });
}

describe('mistakes', () => {
  test('are told together, each with its construct', () => {
    const made = app();
    const stack = new TerraformStack(made, 'stack');
    mistake(new Construct(stack, 'One'), "sku takes one of Free, Basic, got 'x'");
    mistake(new Construct(stack, 'Two'), 'name is needed');
    const error = thrownBy(() => made.synth());
    expect(error).toContain("[stack/One] sku takes one of Free, Basic, got 'x'");
    expect(error).toContain('[stack/Two] name is needed');
  });

  test('of other stacks are told with those of the first', () => {
    const made = app();
    mistake(new Construct(new TerraformStack(made, 'a'), 'One'), 'first');
    mistake(new Construct(new TerraformStack(made, 'b'), 'Two'), 'second');
    const error = thrownBy(() => made.synth());
    expect(error).toContain('[a/One] first');
    expect(error).toContain('second\n  at construct b/Two');
  });

  test('are told too where validations are skipped', () => {
    const stack = new TerraformStack(app(), 'stack');
    mistake(new Construct(stack, 'One'), 'first');
    mistake(new Construct(stack, 'One2'), 'second');
    expect(thrownBy(() => Testing.synth(stack))).toBe(
      'first\n  at construct stack/One\nsecond\n  at construct stack/One2',
    );
  });

  test('of a value are told by the first construct that takes it', () => {
    const stack = new TerraformStack(app(), 'stack');
    const value = { problems: ['apns.keyId is wrong', 'apns.teamId is wrong'] };
    mistakesOf(new Construct(stack, 'One'), value);
    mistakesOf(new Construct(stack, 'Two'), value);
    expect(thrownBy(() => Testing.synth(stack))).toBe(
      'apns.keyId is wrong\n  at construct stack/One\napns.teamId is wrong\n  at construct stack/One',
    );
    const another = new TerraformStack(app(), 'another');
    mistakesOf(another, value);
    expect(thrownBy(() => Testing.synth(another))).toContain('apns.keyId is wrong\n  at construct another');
  });
});
