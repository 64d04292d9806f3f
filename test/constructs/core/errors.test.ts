import { TerraformVariable } from 'cdktf';
import { PushConstructError } from '../../../constructs';
import { mistake } from '../../../constructs/core/mistakes';
import { warn } from '../../../constructs/core/warnings';
import { errorOf, newStack, synth, warnings } from '../../support/synth';

/** A text, a list, a map and a number that are known only when deployed, as they come into a text. */
function unknown(stack = newStack()): string {
  const { stringValue, listValue, numberValue } = new TerraformVariable(stack, 'x', {});
  const map = new TerraformVariable(stack, 'y', { type: 'map(string)' });
  return `got '${stringValue}', ${listValue.join()}, ${Object.keys(map.value as object).length}, ${numberValue}`;
}

const NOT_KNOWN = "got '(known only when deployed)', (known only when deployed), ";

describe('a value that is known only when deployed', () => {
  test('is called that in an error', () => {
    const { message } = new PushConstructError(unknown(), 'stack/Push');
    expect(message).toContain(NOT_KNOWN);
    expect(message).not.toMatch(/TfToken|e\+289/);
  });

  test('is called that in a mistake', () => {
    const stack = newStack();
    mistake(stack, unknown(stack));
    const told = errorOf(() => synth(stack));
    expect(told).toContain(NOT_KNOWN);
    expect(told).not.toMatch(/TfToken|e\+289/);
  });

  test('is called that in a warning', () => {
    const stack = newStack();
    warn(stack, 'odd', unknown(stack));
    synth(stack);
    expect(warnings(stack).join()).toContain(NOT_KNOWN);
    expect(warnings(stack).join()).not.toMatch(/TfToken|e\+289/);
  });
});
