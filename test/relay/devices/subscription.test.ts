import { createECDH, randomBytes } from 'node:crypto';
import { readSubscription } from '../../../relay/devices/subscription';

const endpoint = 'https://push.example/abc';
const point = () => {
  const pair = createECDH('prime256v1');
  return pair.generateKeys();
};

describe('the subscription of a browser', () => {
  test('is taken in every form that browsers and libraries give it, and goes on in one', () => {
    for (let i = 0; i < 200; i++) {
      const key = point();
      const secret = randomBytes(16);
      const wanted = { endpoint, p256dh: key.toString('base64url'), auth: secret.toString('base64url') };
      const forms = [
        { p256dh: key.toString('base64url'), auth: secret.toString('base64url') },
        { p256dh: key.toString('base64'), auth: secret.toString('base64') },
        {
          p256dh: key.toString('base64').replace(/=+$/, ''),
          auth: secret.toString('base64').replace(/=+$/, ''),
        },
        { p256dh: `${key.toString('base64url')}=`, auth: `${secret.toString('base64url')}==` },
      ];
      for (const keys of forms) {
        expect(readSubscription({ endpoint, expirationTime: null, keys })).toEqual(wanted);
        expect(readSubscription({ endpoint, ...keys })).toEqual(wanted);
      }
    }
  });

  const p256dh = point().toString('base64url');
  const auth = randomBytes(16).toString('base64url');
  test.each([
    [
      'a compressed point',
      { p256dh: Buffer.concat([Buffer.from([2]), randomBytes(32)]).toString('base64'), auth },
    ],
    ['64 bytes', { p256dh: point().subarray(0, 64).toString('base64url'), auth }],
    ['65 bytes of another kind', { p256dh: `C${p256dh.slice(1)}`, auth }],
    ['no text', { p256dh: [4], auth }],
  ])('is refused with %s for a key', (_, keys) => {
    expect(readSubscription({ endpoint, keys })).toEqual({
      problem: `must be the browser's subscription: p256dh must be 65 bytes in base64url or base64, the first of them 4`,
    });
  });

  test.each([15, 17])('is refused with a secret of %i bytes', (length) => {
    expect(readSubscription({ endpoint, p256dh, auth: randomBytes(length).toString('base64') })).toEqual({
      problem: `must be the browser's subscription: auth must be 16 bytes in base64url or base64`,
    });
  });

  test('is told all that is wrong with it, and none of its values', () => {
    const { problem } = readSubscription({ endpoint: 'http://push.example/secret', keys: {} }) as {
      problem: string;
    };
    expect(problem).toMatch(/endpoint must.*p256dh must.*auth must/);
    expect(problem).not.toContain('secret');
  });
});
