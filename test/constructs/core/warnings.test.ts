import { Testing } from 'cdktf';
import { Construct } from 'constructs';
import { acknowledgeWarning } from '../../../constructs';
import { warn } from '../../../constructs/core/warnings';
import { newStack } from '../../support/synth';

function warningsOf(construct: Construct): string[] {
  Testing.synth(construct.node.root.node.children[0] as never);
  return construct.node.metadata.filter(({ type }) => type.endsWith('warn')).map(({ data }) => String(data));
}

describe('a warning', () => {
  test('carries its id, once', () => {
    const construct = new Construct(newStack(), 'One');
    warn(construct, 'no-dead-letter', 'events are lost');
    warn(construct, 'no-dead-letter', 'events are lost');
    expect(warningsOf(construct)).toEqual(['events are lost [ack: cdktf-acs-push:no-dead-letter]']);
  });

  test.each(['no-dead-letter', 'cdktf-acs-push:no-dead-letter'])(
    'is silenced by %s, later and from above',
    (id) => {
      const stack = newStack();
      const construct = new Construct(stack, 'One');
      warn(construct, 'no-dead-letter', 'events are lost');
      warn(construct, 'other', 'else');
      acknowledgeWarning(stack, id);
      expect(warningsOf(construct)).toEqual(['else [ack: cdktf-acs-push:other]']);
    },
  );
});
