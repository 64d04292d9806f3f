import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOB, identifier } from '../samples';
import { samples, Story } from './story';

const TEMPLATES = join(__dirname, '../../../relay/templates');

async function calledBy(rawId: string, callerDisplayName: unknown) {
  const story = new Story();
  await story.tell(
    samples.incomingCall({
      toCommunicationIdentifier: identifier(BOB),
      from: identifier(rawId),
      fromCommunicationIdentifier: { kind: 'phoneNumber', rawId },
      callerDisplayName,
    }),
  );
  const { title, body } = story.payloadsTo(BOB, 'android')[0]!;
  return { title, body };
}

describe('who calls is shown', () => {
  test.each([
    ['by name', '8:acs:resource_alice', 'Alice', 'Alice'],
    ['by name where a phone has one', '4:+14255550123', 'Alice', 'Alice'],
    ['by number without a name', '4:+14255550123', '', '+14255550123'],
    ['by number when the name is blank', '4:+14255550123', '  ', '+14255550123'],
    ['by number when nobody can see the name', '4:+14255550123', '\u200b\u202e\u2800\u3164', '+14255550123'],
    ['by number when there is no name at all', '4:+14255550123', undefined, '+14255550123'],
    ['by number in its full form', '4:14255550123', '', '+14255550123'],
    ['by number without what sets it apart', '4:+14255550123_another-line', '', '+14255550123'],
    ['by a short number as it is', '4:112', '', '112'],
    ['as unknown when the number is withheld', '4:anonymous', '', 'Unknown caller'],
    ['as unknown when the number is no number', '4:restricted', '', 'Unknown caller'],
    ['as unknown when a user has no name', '8:acs:resource_alice', '', 'Unknown caller'],
    ['as unknown when a bot has no name', '28:bot', '', 'Unknown caller'],
  ])('%s', async (_how, rawId, name, title) => {
    expect(await calledBy(rawId, name)).toEqual({ title, body: 'Incoming call' });
  });

  test('the same in a missed call', async () => {
    const story = new Story();
    const call = samples.incomingCall({
      toCommunicationIdentifier: identifier(BOB),
      fromCommunicationIdentifier: { rawId: '4:+14255550123' },
      callerDisplayName: '',
    });
    const { correlationId } = call.data;
    await story.tell(call, samples.callEnded({ correlationId, reason: { code: 487, subCode: 10_004 } }));
    const shown = JSON.parse(story.messages.filter(({ platform }) => platform === 'fcmv1').at(-1)!.body);
    expect(shown.message.data).toMatchObject({ title: '+14255550123', body: 'Missed call' });
  });
});

test('a text message from a withheld sender is shown and not kept', async () => {
  const story = new Story();
  expect(await story.tell(samples.smsReceived({ from: '' }))).toEqual(['pushed']);
  const shown = JSON.parse(story.messages.find(({ platform }) => platform === 'fcmv1')!.body);
  expect(shown.message.data).toMatchObject({ title: 'Unknown sender', body: 'Great to connect' });
  expect(story.letters).toEqual([]);
});

describe('no push says the same twice', () => {
  const names = readdirSync(TEMPLATES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  test.each(names.map(({ name }) => name))('%s', (name) => {
    const { title, titleFallback, body, bodyFallback } = JSON.parse(
      readFileSync(join(TEMPLATES, name, 'en.json'), 'utf8'),
    );
    for (const above of [title, titleFallback]) if (above) expect([body, bodyFallback]).not.toContain(above);
  });
});
